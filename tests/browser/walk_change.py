"""What a reader types who works through all exercises: one small change, made up for the tests.

`TYPED` holds it by table and column, each value as it is typed. A form that an exercise shows and
that is not here fails the test, so a new table needs a few rows. `SHOWN` says which columns of a
table must stand in a row of which picture's table.
"""

from __future__ import annotations

HOSPITAL, COUNCIL = "Brookside Hospital", "Fenwick Council"
CARERS, PRACTICES = "Carers of Fenwick", "Fenwick practices"
LEAD, MANAGER, NURSE = "Discharge lead", "Care manager", "Night nurse"

TYPED: dict[str, list[dict[str, str]]] = {
    "change": [
        {
            "title": "Home by noon",
            "aim": "People who are ready leave the ward before noon.",
            "for_whom": "People on the two medical wards",
            "date": "2 March 2026",
            "starts": "6 April 2026",
            "you": HOSPITAL,
            "note": "Written by the tests.",
        }
    ],
    "organisations": [
        {"name": HOSPITAL, "sector": "Hospitals"},
        {"name": COUNCIL, "sector": "Councils"},
        {"name": CARERS, "sector": "Patients and carers"},
        # More rows than a form opens with.
        {"name": PRACTICES, "sector": "Practices"},
    ],
    "people": [
        {"name": LEAD, "organisation": HOSPITAL, "profession": "nurse"},
        {"name": MANAGER, "organisation": COUNCIL, "profession": "social worker"},
        {"name": NURSE, "organisation": HOSPITAL, "profession": "nurse", "manager": LEAD},
    ],
    "ties": [
        {"from": HOSPITAL, "to": COUNCIL, "kind": "influence", "strength": "7"},
        {"from": COUNCIL, "to": CARERS, "kind": "money", "strength": "3"},
        {"from": LEAD, "to": MANAGER, "kind": "information", "strength": "9"},
        {"from": HOSPITAL, "to": LEAD, "kind": "line", "strength": "6"},
        {"from": MANAGER, "to": PRACTICES, "kind": "influence", "strength": "4"},
    ],
    "ideas": [
        {
            "idea": "Book the ride home the day before.",
            "with_whom": MANAGER,
            "make_it_theirs": "They pick the firm.",
            "credit": "shared",
            "review": "1 June 2026",
        },
        {
            "idea": "Ring the carer before the ward round.",
            "with_whom": CARERS,
            "make_it_theirs": "Their number on the board.",
            "credit": "ours",
            "review": "8 June 2026",
        },
    ],
    "interests": [
        {
            "who": "People waiting for a bed",
            "whose": "patients",
            "size": "4",
            "why": "A bed before the evening.",
        },
        {
            "who": COUNCIL,
            "whose": "organisation",
            "size": "-3",
            "why": "Care must start a day sooner.",
            "offer": "A week of notice.",
        },
        {"who": LEAD, "whose": "person", "size": "2", "why": "Fewer calls at night."},
    ],
    "claims": [
        {
            "statement": "Half of those who leave after noon were ready by ten.",
            "for_whom": COUNCIL,
            "strength": "moderate",
            "gap": "Two wards only.",
            "source": "Ward count in May",
        },
        {
            "statement": "Families want to know the hour.",
            "for_whom": LEAD,
            "strength": "none",
            "gap": "Nobody has asked them.",
        },
    ],
    "involvement": [
        {
            "decision": "Which ward goes first",
            "when": "March, at a meeting of managers",
            "patients": "informed",
            "service_users": "consulted",
            "carers": "not involved",
            "gap": "Carers heard of it later.",
        },
        {
            "decision": "What the ride home is like",
            "when": "May",
            "patients": "partners",
            "service_users": "partners",
            "carers": "deciding",
        },
    ],
    "stances": [
        {"who": HOSPITAL, "power": "8", "support": "5", "interest": "9"},
        {"who": COUNCIL, "power": "7", "support": "-2", "interest": "5"},
        {"who": CARERS, "power": "2", "support": "3", "interest": "10"},
    ],
    "commitments": [
        {
            "statement": "Nobody goes home to an empty fridge.",
            "kind": "fixed",
            "why": "It is the aim.",
            "review": "1 September 2026",
        },
        {"statement": "The hour of noon.", "kind": "flexible", "why": "Ten may do as well."},
    ],
    "tension": [
        {
            "pole": "One rule for both wards",
            "upside": "Everyone knows what to expect.",
            "downside": "It fits neither ward.",
            "warning": "Three exceptions in a week.",
        },
        {
            "pole": "Each ward its own way",
            "upside": "It fits the people.",
            "downside": "Nobody can compare.",
            "warning": "Two lists for one ambulance.",
        },
    ],
    "readings": [
        {"measure": "Home by noon", "date": "1 March 2026", "value": "20", "kind": "expected",
         "give_or_take": "3"},
        {"measure": "Home by noon", "date": "1 May 2026", "value": "14", "kind": "expected",
         "give_or_take": "4"},
        {"measure": "Home by noon", "date": "1 September 2026", "value": "32", "kind": "expected",
         "give_or_take": "5"},
        {"measure": "Home by noon", "date": "2 March 2026", "value": "21", "kind": "measured"},
    ],
    "rules": [
        {
            "measure": "Home by noon",
            "review": "1 July 2026",
            "carry_on": "18",
            "stop": "12",
            "better": "higher",
            "set_on": "3 March 2026",
        }
    ],
    "steps": [
        {"name": "Ask the carers", "optimistic": "7", "likely": "14", "pessimistic": "40",
         "owner": LEAD},
        {"name": "Book the rides", "optimistic": "10", "likely": "21", "pessimistic": "60",
         "depends_on": "Ask the carers", "owner": MANAGER},
        {"name": "Start on one ward", "optimistic": "5", "likely": "9", "pessimistic": "30",
         "depends_on": "Ask the carers; Book the rides", "owner": LEAD},
    ],
    "barriers": [
        {
            "what": "The pharmacy opens at eleven",
            "kind": "process",
            "who_could_lift": HOSPITAL,
            "in_our_gift": "yes",
            "next_move": "Ask for nine on one day.",
        },
        {
            "what": "No care starts at the weekend",
            "kind": "capacity",
            "who_could_lift": COUNCIL,
            "next_move": "Count the Fridays.",
        },
    ],
    "learning": [
        {
            "aim": "Chair a meeting of both sides",
            "how": "alongside",
            "with_whom": MANAGER,
            "by_when": "30 June 2026",
        },
        {"aim": "Read a council's budget", "how": "taught", "by_when": "30 October 2026"},
    ],
}  # fmt: skip

SHOWN: dict[str, tuple[str, ...]] = {
    "ties": ("from", "to", "kind", "strength"),
    "ideas": ("idea", "with_whom"),
    "interests": ("who", "size", "why", "offer"),
    "claims": ("statement", "for_whom", "strength", "gap", "source"),
    "involvement": ("decision", "when", "patients", "service_users", "carers", "gap"),
    "stances": ("who",),
    "commitments": ("statement",),
    "tension": ("pole", "upside"),
    "readings": ("measure", "date", "value", "kind"),
    "steps": ("name", "optimistic", "likely", "pessimistic"),
    "barriers": ("what", "kind", "next_move"),
    "learning": ("aim", "with_whom"),
    "ratings": ("prompt", "score"),
}

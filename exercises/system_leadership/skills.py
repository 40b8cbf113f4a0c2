"""The skills that the interviewees of 2015 named, as data that can be traced.

Each skill is put in our own words and names the findings it comes from, by their ids in the
interview record (`book/evidence/interviews.yml`). Who said what, and where, stands there. The list
is short and not complete: no interview could be read to its end.
"""

from __future__ import annotations

from attrs import frozen

__all__ = ["SKILLS", "Skill"]


@frozen
class Skill:
    """One skill.

    Attributes
    ----------
    key : str
        A short name for addresses.
    name : str
        What it is, in a few words.
    findings : tuple of str
        Ids of the findings it comes from.
    words : tuple of str
        Beginnings of words by which an aim is recognised as being about it.

    Examples
    --------
    >>> SKILLS[0].key, SKILLS[0].findings
    ('others-view', ('walk-in-others-shoes',))
    """

    key: str
    name: str
    findings: tuple[str, ...]
    words: tuple[str, ...]


SKILLS = (
    Skill(
        "others-view",
        "See things from where others stand",
        ("walk-in-others-shoes",),
        ("empath", "shoes", "point of view", "perspective", "where others stand", "their side"),
    ),
    Skill(
        "feelings",
        "Read and handle feelings",
        ("killian-emotional-intelligence",),
        ("emotion", "feeling", "anger", "angry", "upset", "conflict", "calm", "temper"),
    ),
    Skill(
        "persuade",
        "Persuade people you cannot instruct",
        ("essence-is-persuasion", "vaughan-cannot-order-anyone"),
        ("persua", "influenc", "convinc", "negotiat", "win over", "win round"),
    ),
    Skill(
        "their-goal",
        "Make a distant goal worth having for each",
        ("make-long-term-goal-theirs", "fish-superordinate-goal"),
        ("vision", "goal", "purpose", "shared aim", "common aim", "long term"),
    ),
    Skill(
        "plant-ideas",
        "Plant an idea and give it away",
        ("sow-the-idea", "give-away-ownership"),
        ("plant", "sow", "seed", "ownership", "give away", "own the idea", "coach"),
    ),
    Skill(
        "share-credit",
        "Let others have the credit",
        ("do-without-credit", "sawtell-pride-in-others"),
        ("credit", "praise", "recognition", "thank", "limelight", "backstage"),
    ),
    Skill(
        "enable",
        "Make things possible for others",
        ("davies-facilitative-not-charismatic", "fish-catalyst-enabler"),
        ("facilitat", "enabl", "convene", "chair", "workshop", "host"),
    ),
    Skill(
        "relationships",
        "Build ties and trust between organisations",
        (
            "vaughan-all-relationships",
            "killian-relationships-not-business-cases",
            "killian-mission-and-trust-bond",
        ),
        ("relationship", "trust", "network", "partner", "ally", "allies", "rapport"),
    ),
    Skill(
        "front-others",
        "Gather people whom their peers will follow",
        (
            "carnall-diverse-clinical-leaders",
            "carnall-clinicians-lead-for-you",
            "fish-recruit-through-peers",
        ),
        ("coalition", "clinical leader", "peers", "recruit", "champion", "gather"),
    ),
    Skill(
        "patients-explain",
        "Work with patients who make the case themselves",
        ("patients-do-the-explaining", "involve-patients-and-carers"),
        ("patient", "carer", "service user", "involve", "public", "co-produc", "coproduc"),
    ),
    Skill(
        "hold-and-bend",
        "Hold the aim and bend on the way",
        ("constancy-of-purpose", "flexible-route"),
        ("flexib", "bend", "constan", "persever", "patience", "adapt", "hold on"),
    ),
    Skill(
        "unsettled",
        "Be at ease while things are unsettled",
        ("chaos-on-the-way", "chaos-was-an-interviewees-word"),
        ("chaos", "uncertain", "unsettled", "disorder", "ambigu", "loose ends", "not knowing"),
    ),
    Skill(
        "insist",
        "Be plain about what must happen, now and then",
        ("davies-bossy-when-needed",),
        ("bossy", "insist", "directive", "assertive", "firm", "say no", "challeng"),
    ),
    Skill(
        "support",
        "Find people who hold you up",
        ("holt-support-network", "holt-expect-attack"),
        ("support", "mentor", "resilien", "attack", "stress", "courage", "supervis"),
    ),
)
"""In the order in which a reader may best meet them; the order is not a ranking."""

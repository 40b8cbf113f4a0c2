// Has the browser keep this exercise, so that it works without a network next time. Asked for only
// after a reader has started an exercise. Where the browser refuses, all goes on as before.

const EXERCISE = /\/exercises\/([^/]+)\.html$/;

/** Everything a start needs: this page, the other exercises, and what the pages have loaded. */
export function addresses(base, manifest) {
  const here = new URL(location.href);
  const pages = [...document.querySelectorAll(".site-contents a[href]")].map((link) => link.href).filter((href) => EXERCISE.test(new URL(href).pathname));
  const all = [here.href, ...pages];
  const names = all.map((href) => EXERCISE.exec(new URL(href).pathname)?.[1]).filter(Boolean);
  return [
    ...all,
    ...performance.getEntriesByType("resource").map((entry) => entry.name),
    ...Object.keys(manifest.files).map((name) => new URL(name, base).href),
    ...names.map((name) => new URL(`cells/${name}.json`, base).href),
    ...["manifest.json", "worker.js"].map((name) => new URL(name, base).href),
  ].filter((address) => address.startsWith(`${here.origin}/`));
}

/** Keep them. Gives true once all are kept, false where the browser does not keep pages. */
export async function keepForOffline(base, manifest) {
  try {
    const home = new URL("../../", base);
    await navigator.serviceWorker.register(new URL("offline.js", home).href, { scope: home.href, updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    const missing = await new Promise((tell) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => tell(data.missing);
      active.postMessage({ type: "keep", addresses: addresses(base, manifest) }, [port2]);
    });
    return missing === 0;
  } catch {
    return false; // private windows, strict settings, pages opened from a folder
  }
}

// Files in and out of the page. They go from the reader's disk to this page and back, nowhere else.

import { make } from "./dom.js";

export const LARGEST = 5_000_000; // bytes; a change file is far smaller
const KINDS = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  yml: "application/yaml;charset=utf-8",
  html: "text/html;charset=utf-8",
};

export const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function toBase64(file) {
  return file.size === 0 ? "" : new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Read a change file: {bytes}, in base64. Python tells what is wrong inside. Throws an Error that says
 * what to do. */
export async function readFile(file) {
  if (file.size > LARGEST) {
    throw new Error(`The file is ${megabytes(file.size)} MB. A change file is smaller than 5 MB. Is it the right one?`);
  }
  try {
    return { bytes: await toBase64(file) };
  } catch {
    throw new Error("The browser could not read it. If it is open in another program, close it there and try again.");
  }
}

/** Offer a file for download. */
export function offerFile(name, content) {
  const type = KINDS[name.split(".").at(-1)] ?? "text/plain;charset=utf-8";
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

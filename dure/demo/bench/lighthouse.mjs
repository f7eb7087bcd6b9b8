// Judges one page as Lighthouse's phone, signed in by a cookie as a browser would be.
// node lighthouse.mjs MODULES CHROMIUM ADDRESS CATEGORIES OUTPUT, the member's token in DURE_TOKEN.
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [modules, executablePath, address, categories, output] = process.argv.slice(2);
const load = async (path) => (await import(pathToFileURL(`${modules}/${path}`))).default;
const lighthouse = await load("lighthouse/core/index.js");
const puppeteer = await load("puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");

const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
try {
  const page = await browser.newPage();
  const value = process.env.DURE_TOKEN;
  if (value) await page.setCookie({ name: "dure_member", value, url: address });
  const flags = { onlyCategories: categories.split(","), disableStorageReset: true };
  const { lhr } = await lighthouse(address, { ...flags, logLevel: "error" }, undefined, page);
  await writeFile(output, JSON.stringify(lhr));
} finally {
  await browser.close();
}

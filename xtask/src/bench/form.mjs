// Time from the address to the first question that can be answered, on a slow 4G network (1.6 Mbit/s
// down, 750 kbit/s up, 150 ms) with a processor slowed down four times: the first time and again with
// what the browser has kept. Arguments: the folder of npm's tools, the browser, the address of the form.
// Prints one JSON object.

import { createRequire } from 'node:module';

const RUNS = 5;
const PATIENCE_MS = 60_000;
const [tools, executablePath, address] = process.argv.slice(2);
const puppeteer = createRequire(`${tools}/`)('puppeteer-core');

// Presses “start” the moment it is there, and notes when a first answer can be given.
const respondent = () => {
  const look = () => {
    if (globalThis.usableMs) return;
    document.querySelector('[data-testid=start]:not(:disabled)')?.click();
    const answer = document.querySelector('[data-testid=step] input:not(:disabled)');
    if (answer) globalThis.usableMs = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
};

const load = async (page, session) => {
  let bytes = 0;
  const count = ({ encodedDataLength }) => { bytes += encodedDataLength; };
  session.on('Network.loadingFinished', count);
  await page.goto(address);
  await page.waitForFunction('globalThis.usableMs', { timeout: PATIENCE_MS });
  session.off('Network.loadingFinished', count);
  return { bytes, ms: await page.evaluate('globalThis.usableMs') };
};

const median = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)];

const browser = await puppeteer.launch({
  executablePath,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const first = [];
  const cached = [];
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 412, height: 915, isMobile: true, hasTouch: true });
    await page.evaluateOnNewDocument(respondent);
    const session = await page.createCDPSession();
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: 1_600_000 / 8,
      uploadThroughput: 750_000 / 8,
    });
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    first.push(await load(page, session));
    // A second respondent: what the first has begun would be offered to be continued.
    await page.evaluate('sessionStorage.clear()');
    await page.goto('about:blank');
    cached.push(await load(page, session));
    await context.close();
  }
  console.log(JSON.stringify({
    usable_ms_first: Math.round(median(first.map(({ ms }) => ms))),
    usable_ms_cached: Math.round(median(cached.map(({ ms }) => ms))),
    transfer_bytes: median(first.map(({ bytes }) => bytes)),
    transfer_bytes_cached: median(cached.map(({ bytes }) => bytes)),
  }));
} finally {
  await browser.close();
}

// Browsers that open a page, each by the way that it can be driven.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';

import { folderOf } from './folder.mjs';
import { chromium, FLAGS } from './shared.mjs';
import { firefox, puppeteer, webkitDriver } from './tools.mjs';

async function openChromium(t, url, { plainHost } = {}) {
  const { chromium: browserType } = await import('playwright-core');
  const rules = plainHost === undefined ? [] : [`--host-resolver-rules=MAP ${plainHost} 127.0.0.1`];
  const browser = await browserType.launch({ executablePath: chromium(), args: [...FLAGS, ...rules] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  return { version: browser.version(), page };
}

/** Chromium with a page that it may freeze: the driver of the others keeps pages from that. */
export async function openFreezable(t, url) {
  const browser = await (await puppeteer()).launch({ executablePath: chromium(), args: FLAGS, userDataDir: folderOf(t) });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  // None that somebody looks at is frozen.
  await (await browser.newPage()).bringToFront();
  return page.createCDPSession();
}

async function openFirefox(t, url, { plainHost } = {}) {
  const browser = await (await puppeteer()).launch({
    browser: 'firefox',
    executablePath: firefox,
    userDataDir: folderOf(t),
    extraPrefsFirefox: {
      // It asks nobody but this machine.
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'network.dns.localDomains': plainHost ?? '',
    },
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  return { version: await browser.version(), page };
}

/** A port where nobody listens. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** WebKitGTK, by requests of W3C's WebDriver, on a display of its own. */
async function openWebkit(t, url) {
  const port = await freePort();
  const home = folderOf(t);
  // In a group of its own, since it takes the display and the bus along when it ends.
  const driver = spawn('xvfb-run', ['-a', 'dbus-run-session', '--', webkitDriver, '--host=127.0.0.1', `--port=${port}`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
  });
  let said = '';
  driver.stdout.on('data', (text) => (said += text));
  driver.stderr.on('data', (text) => (said += text));
  const ended = once(driver, 'exit');
  let session;
  t.after(async () => {
    if (session !== undefined) await ask('DELETE', session);
    try {
      process.kill(-driver.pid, 'SIGTERM');
    } catch (error) {
      // It has ended by itself.
      if (error.code !== 'ESRCH') throw error;
    }
    await ended;
  });
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(60_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}; ${said}`);
    return value;
  };
  for (let tries = 0; ; tries++) {
    try {
      await ask('GET', '/status');
      break;
    } catch (error) {
      if (driver.exitCode !== null || tries > 100) throw new Error(`WebKitWebDriver did not start: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { args: ['--automation'] } } };
  const { sessionId, capabilities: has } = await ask('POST', '/session', { capabilities });
  session = `/session/${sessionId}`;
  await ask('POST', `${session}/url`, { url });
  return { version: `${has.browserName} ${has.browserVersion}` };
}

/** What opens a URL in a browser that ends with the test. */
export const browsers = { Chromium: openChromium, Firefox: openFirefox, WebKitGTK: openWebkit };

/** Why a browser's tests are left out; false where they aren't. */
export const isLeftOut = (name) => {
  const there = { Firefox: firefox, WebKitGTK: webkitDriver };
  return name in there && there[name] === undefined && `${name} is not here`;
};

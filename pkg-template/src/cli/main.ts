#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { VerifierError } from '../errors/verifier-error.js';
import { replaceFile } from '../files/replaced-file.js';
import { printableJson } from '../printable.js';
import { verifyChannel } from './channel-command.js';
import { CommandOutput } from './command-output.js';
import { completions } from './completions.js';
import { EXIT, type ExitStatus, statusOfError, together } from './exit-status.js';
import { help } from './help.js';
import { InputError } from './input-error.js';
import { inspectPackages } from './inspect-command.js';
import { verifyInstalled } from './installed-command.js';
import { type Invocation, readInvocation } from './invocation.js';
import { handleManifest } from './manifest-command.js';
import { ALL } from './option-table.js';
import { verifyPackages } from './package-command.js';
import { SarifRun } from './sarif-run.js';
import { verifyTargets } from './target-command.js';
import { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

const out = new Terminal(process.stdout);
const err = new Terminal(process.stderr);
let output = new CommandOutput(out, err, false);
let sarif: { readonly run: SarifRun; readonly file: string } | undefined;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever closed the pipe knows it. Not everything was told, so it is no success.
  if (error.code !== 'EPIPE') output.line(`cannot write: ${error.message}; make room and try again`);
  process.exit(statusOfEnd());
});
// Nothing can be told to somebody who does not listen.
process.stderr.on('error', () => undefined);
process.once('SIGINT', () => {
  output.end();
  // With its default action, so that a shell sees how it ended.
  process.kill(process.pid, 'SIGINT');
});
process.on('uncaughtException', (error) => process.exit(unexpected(error)));

void run().then((status) => {
  process.exitCode = together([status, writeSarif(status)]);
});

async function run(): Promise<ExitStatus> {
  try {
    const invocation = readInvocation(process.argv.slice(2));
    const isJson = 'json' in invocation && invocation.json;
    sarif = sarifOf(invocation);
    output = new CommandOutput(out, err, isJson, sarif?.run);
    return await carryOut(invocation);
  } catch (error) {
    if (error instanceof InputError) {
      output.note(statusOfError(error.cause));
      if (!error.isShown) output.error(error.cause, error.argument);
      return statusOfError(error.cause);
    }
    if (VerifierError.isVerifierError(error) && statusOfError(error) !== EXIT.usage) {
      output.error(error);
      return statusOfError(error);
    }
    if (error instanceof UsageError || VerifierError.isVerifierError(error)) {
      const command = process.argv.find((argument) => ALL.some((known) => known === argument));
      const help = ['conda-verifier', command, '--help'].filter(Boolean).join(' ');
      output.line(`${inOptions(error.message)} (see ${help})`);
      return EXIT.usage;
    }
    return unexpected(error);
  } finally {
    output.end();
  }
}

/** The log that is written beside what people read. */
function sarifOf(invocation: Invocation): typeof sarif {
  if (!('sarif' in invocation) || invocation.sarif === undefined) return undefined;
  const { command, sarif: file } = invocation;
  const isUnverifiedAllowed = 'allowUnverified' in invocation && invocation.allowUnverified;
  return { run: new SarifRun(command, version(), isUnverifiedAllowed), file };
}

/** Writes it, whole or not at all; gives how that went. */
function writeSarif(status: ExitStatus): ExitStatus {
  if (sarif === undefined) return EXIT.verified;
  const { run, file } = sarif;
  try {
    // Its line ends are no part of any text.
    const lines = JSON.stringify(run.log(status), null, 2).split('\n').map(printableJson);
    // Another process may write the same one: each has a name of its own before it is whole.
    replaceFile(file, `${lines.join('\n')}\n`, `${file}.${randomUUID()}.part`);
    return EXIT.verified;
  } catch (error) {
    if (!VerifierError.isVerifierError(error)) return unexpected(error);
    output.error(error, file);
    return statusOfError(error);
  }
}

/** A complaint about a policy, which was given as an option here. */
function inOptions(message: string): string {
  return message.replace(/^the argument policy\.codes\.(\w+) is not valid: /, '--policy $1: ');
}

/** The status where not everything was done: what was rejected before stays so. */
function statusOfEnd(): ExitStatus {
  return output.isRejected ? EXIT.rejected : EXIT.unreadable;
}

/** A mistake of ours, or no memory: one line, since what it says may come from a file. */
function unexpected(error: unknown): ExitStatus {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error';
  output.line(`stopped by what should not happen, so not everything was verified; please report it. ${what}`);
  return statusOfEnd();
}

async function carryOut(invocation: Invocation): Promise<ExitStatus> {
  switch (invocation.command) {
    case 'help':
      out.write(help(invocation.topic));
      return EXIT.verified;
    case 'version':
      out.write(`${version()}\n`);
      return EXIT.verified;
    case 'package':
      return verifyPackages(invocation, output);
    case 'inspect':
      return inspectPackages(invocation, output);
    case 'channel':
      return verifyChannel(invocation, output);
    case 'installed':
      return verifyInstalled(invocation, output);
    case 'completions':
      out.writeData(completions(invocation.shell));
      return EXIT.verified;
    case 'manifest':
      return handleManifest(invocation, output);
    case 'target':
      return verifyTargets(invocation, output);
  }
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

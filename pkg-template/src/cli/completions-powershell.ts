import { LEVELS, optionsOf, wordsOf } from './completion-words.js';
import { ALL, COMMANDS, OPTIONS } from './option-table.js';

/** Completions for PowerShell. */
export function powershellCompletions(): string {
  const commands = ALL.map((command) => {
    const options = optionsOf(command).map(([name, { about }]) => `      ${text(`--${name}`)} = ${text(about)}\n`);
    return `    ${text(command)} = [ordered]@{\n${options.join('')}    }\n`;
  });
  const about = ALL.map((command) => `    ${text(command)} = ${text(COMMANDS[command].about)}\n`);
  const values = Object.entries(OPTIONS).flatMap(([name, { takes }]) => {
    if (takes === undefined) return [];
    // Of paths and of what nobody can guess there are no words.
    return [`    ${text(`--${name}`)} = ${list(wordsOf(takes) ?? [])}\n`];
  });
  return `\
# PowerShell completion for conda-verifier
Register-ArgumentCompleter -Native -CommandName 'conda-verifier' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${about.join('')}  }
  $options = @{
${commands.join('')}  }
  $values = @{
${values.join('')}  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $complete = {
    param($word, $about)
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
  }
  if ($before.Count -le 1) {
    $commands.Keys | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { & $complete $_ $commands[$_] }
    return
  }
  $command = $before[1]
  $previous = $before[-1]
  if ($before.Count -gt 2 -and $values.ContainsKey($previous)) {
    $words = $values[$previous]
    if ($previous -eq '--policy' -and $wordToComplete -match '^(\\w+=)') {
      $lead = $Matches[1]
      $words = ${list(LEVELS)} | ForEach-Object { "$lead$_" }
    }
    $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { & $complete $_ $_ }
    return
  }
  if ($wordToComplete -like '-*' -and $options.ContainsKey($command)) {
    $known = $options[$command]
    $known.Keys | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { & $complete $_ $known[$_] }
    return
  }
  if ($command -eq 'completions') {
    ${list(wordsOf('shell') ?? [])} | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { & $complete $_ $_ }
  }
}
`;
}

function list(words: readonly string[]): string {
  return `@(${words.map(text).join(', ')})`;
}

function text(words: string): string {
  return `'${words.replaceAll("'", "''")}'`;
}

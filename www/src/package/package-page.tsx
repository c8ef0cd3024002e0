import { opened } from '../state/package.js';
import { Fault } from '../ui/fault.js';
import { Working } from '../ui/progress.js';
import { StatusMark } from '../ui/state.js';
import { shown } from '../ui/words.js';

/** A package: what it says of itself, its files, and what was found. */
export function PackagePage() {
  const state = opened.state.value;
  switch (state.status) {
    case 'nothing':
      return null;
    case 'loading':
      return <Working what="reading the package" progress={state.progress} onCancel={() => opened.cancel()} />;
    case 'failed':
      return <Fault fault={state.fault} title="The package could not be opened" />;
    case 'here':
      return (
        <>
          <h1>{shown(state.value.fileName)}</h1>
          <StatusMark status={state.value.verdict.verdict} />
          <ul>{state.value.files.map(({ path, state }) => <li key={path}>{shown(path)} {state}</li>)}</ul>
        </>
      );
  }
}

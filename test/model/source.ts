import {
  goesOn,
  hearing,
  hears,
  keeperEnds,
  type State,
  type Step,
  step,
  tellController,
  tellPeer,
  type Variants,
  type Word,
} from './state.ts';
import { type Action, type Row, rowFor, type Sender, type TableState } from './table.ts';

/** The keeper carries a decision out before it hears anything else. */
const keeperHears = ({ keeper, decided, verdictGiven }: State): boolean =>
  keeper !== 'over' && (decided === '' || verdictGiven);

const tableStateOf = ({ keeper, decided }: State): TableState => {
  if (keeper === 'over') return 'ended';
  if (keeper === 'delivering') return 'dead';
  if (decided !== '') return decided === 'kill' ? 'killing' : 'thawing';
  return keeper === 'handed-over' ? 'handed-over' : 'dumping';
};

/** What each action of the table says to whom. The verdict itself is a step of its own. */
const acting: Readonly<Record<Action, (state: State, variants: Variants) => State>> = {
  'start-dump': (state) => state,
  'ask-for-restore': (state) => tellPeer(state, 'restore'),
  kill: (state, { resumeBeforeDead }) => (resumeBeforeDead ? tellPeer(state, 'resume') : state),
  thaw: (state) => state,
  commit: (state) => tellPeer(tellController(state, 'killed'), 'resume'),
  // A step of its own, since the destination may not be there.
  'resume-again': (state) => state,
  'report-resumed': (state) => tellController({ ...state, delivered: true }, 'resumed'),
  'stop-resuming': (state) => ({ ...state, delivered: true }),
  'give-up': (state) => tellController(state, 'thawed'),
  'report-thawed': (state) => {
    const told = tellController(state, 'thawed');
    return state.keeper === 'handed-over' ? tellPeer(told, 'discard') : told;
  },
  '-': (state) => state,
};

const entering = (state: State, next: TableState): State => {
  switch (next) {
    case 'handed-over':
      return { ...state, keeper: 'handed-over' };
    case 'killing':
      return { ...state, decided: 'kill' };
    case 'thawing':
      return { ...state, decided: 'thaw', verdictGiven: false };
    case 'dead':
      return { ...state, keeper: 'delivering' };
    case 'ended':
      return keeperEnds(state);
    default:
      return state;
  }
};

const rowIn = (
  state: State,
  from: Sender,
  word: string,
  { thawAfterKill }: Variants = {},
): Row | undefined => {
  const at = tableStateOf(state);
  return thawAfterKill && at === 'killing' && from === 'controller' && word === 'thaw'
    ? { state: at, from, word, next: 'thawing', action: 'thaw' }
    : rowFor(at, from, word);
};

/** What the keeper's own table says. */
export const keeperHearsWord = (state: State, from: Sender, word: string, variants: Variants = {}): State => {
  const row = rowIn(state, from, word, variants);
  if (row === undefined) return state;
  const acted = acting[row.action](state, variants);
  // Of a death that is not certain the keeper reports only the exit code.
  const reported = row.next === 'ended' && row.action === '-' ? tellController(acted, 'exit-1') : acted;
  return row.next === '=' ? reported : entering(reported, row.next);
};

const dumpEnds = (state: State, word: Word, variants: Variants): State => {
  const well = tableStateOf(state) === 'killing' ? 'died' : 'ended';
  const heard = keeperHearsWord(state, 'dump', word === 'exit-0' ? well : 'failed', variants);
  return heard.keeper === 'delivering' ? { ...heard, dumpEnded: true } : heard;
};

export const keeperSteps: readonly Step[] = [
  step(
    'keeper gives its verdict',
    ({ keeper, decided, verdictGiven }) => keeper !== 'over' && decided !== '' && !verdictGiven,
    (state) => ({
      ...state,
      verdictGiven: true,
      sourceVerdict: [...state.sourceVerdict, state.decided === 'kill' ? 'kill' : 'thaw'],
    }),
  ),
  hearing(
    'keeper hears the controller',
    (state) => keeperHears(state) && state.listening,
    'toKeeper',
    (state, word, variants) => keeperHearsWord(state, 'controller', word, variants),
  ),
  step(
    'keeper misses the controller',
    (state) =>
      keeperHears(state) &&
      state.listening &&
      !state.keeperSession &&
      state.toKeeper.length === 0 &&
      rowIn(state, 'controller', 'gone') !== undefined,
    (state) => keeperHearsWord({ ...state, listening: false }, 'controller', 'gone'),
  ),
  hearing('keeper hears the peer', keeperHears, 'fromPeer', (state, word, variants) =>
    keeperHearsWord(state, 'peer', word, variants),
  ),
  step(
    'keeper misses the peer',
    (state) =>
      keeperHears(state) &&
      !state.peerSession &&
      state.fromPeer.length === 0 &&
      (rowIn(state, 'peer', 'gone')?.action ?? 'resume-again') !== 'resume-again',
    (state) => keeperHearsWord(state, 'peer', 'gone'),
  ),
  hearing('keeper hears the hold', keeperHears, 'news', (state, word, variants) => {
    if (word === 'held') return tellController(state, 'held');
    if (word === 'killed') return keeperHearsWord(state, 'hold', 'killed', variants);
    return dumpEnds(state, word, variants);
  }),
  step(
    'keeper resumes over a new connection',
    (state) =>
      rowIn(state, 'keeper', 'idle')?.action === 'resume-again' &&
      !state.delivered &&
      state.linkBetween &&
      state.destinationOn &&
      (state.copy === 'running' || (state.copy === 'held' && !state.destinationVerdict.includes('resume'))),
    (state) =>
      state.copy === 'running'
        ? tellController({ ...state, delivered: true }, 'resumed')
        : { ...state, destinationVerdict: [...state.destinationVerdict, 'resume'] },
  ),
  step(
    'keeper is done',
    ({ keeper, delivered, dumpEnded }) => keeper !== 'over' && delivered && dumpEnded,
    keeperEnds,
  ),
];

/** Where the kernel cannot kill a whole cgroup, criu does it, and its end is the proof. */
const killed = (state: State): readonly State[] => {
  const dead = { ...state, container: 'dead' } as const;
  if (state.hold === 'orphan') return [hears({ ...dead, hold: 'over' }, 'killed')];
  return [hears({ ...dead, hold: 'killed' }, 'killed'), hears({ ...dead, hold: 'over' }, 'exit-0')];
};

const thawed = (state: State): State =>
  state.hold === 'orphan' ? { ...state, hold: 'over' } : hears({ ...goesOn(state), hold: 'over' }, 'exit-1');

const waitsForVerdict = ({ hold }: State): boolean => hold === 'holding' || hold === 'orphan';

/** criu's dump and its action script. */
export const holdSteps: readonly Step[] = [
  step(
    'dump is held',
    ({ hold }) => hold === 'dumping',
    (state) => hears({ ...state, hold: 'holding' }, 'held'),
  ),
  {
    name: 'hold obeys',
    to: (state) => {
      const [verdict, ...rest] = state.sourceVerdict;
      if (verdict === undefined || !waitsForVerdict(state)) return [];
      const read = { ...state, sourceVerdict: rest };
      return verdict === 'kill' ? killed(read) : [thawed(read)];
    },
  },
  // Between two looks at the verdict: one that was given meanwhile is not read any more.
  step('hold misses its keeper', (state) => waitsForVerdict(state) && state.keeper === 'over', thawed),
  {
    // The runtime clears up after tasks that were killed under it, and may not like what it finds.
    name: 'dump ends',
    to: (state) =>
      state.hold === 'killed'
        ? [hears({ ...state, hold: 'over' }, 'exit-0'), hears({ ...state, hold: 'over' }, 'exit-1')]
        : [],
  },
];

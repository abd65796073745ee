import { describe, expect, it, test } from 'vitest';
import { type Exploration, explore } from './explore.ts';
import { oneRuns, twoRun } from './hand-over.ts';
import type { State, Variants } from './state.ts';

/** What runs at the end, and what else is left, for each fault that leads there. */
const woundsOf = (states: readonly State[]): readonly string[] =>
  [...new Set(states.flatMap(({ wounds }) => wounds))].sort();

const anyOf = ({ states }: Exploration, wanted: Partial<State>): boolean =>
  states.some((state) => Object.entries(wanted).every(([key, value]) => Reflect.get(state, key) === value));

describe('whatever the order, and whatever one fault meets', () => {
  const explored = explore({ faults: 1, remember: true, wrong: () => false });
  const none = explored.ends.filter((state) => !oneRuns(state));

  it('without a fault exactly one copy runs in the end, and nothing waits for a verdict', () => {
    expect(explored.ends.filter(({ faults }) => faults === 0).length).toBeGreaterThan(3);
    expect(none.filter(({ faults }) => faults === 0)).toEqual([]);
  });

  it('nothing is left stopped or parked in the end', () => {
    expect(none.filter(({ container, copy }) => container !== 'dead' || copy !== 'none')).toEqual([]);
    expect(none.filter(({ parked }) => parked === 'waiting')).toEqual([]);
  });

  it('one copy runs in the end, but where the host or the container is lost that was the only one', () => {
    expect(woundsOf(none)).toEqual([
      // As without a migration: what ended had gone on by itself, or nobody had a copy yet.
      'container ends by itself',
      // The copy was said to be prepared: the source dies, or will; and the images are in memory.
      'destination is powered off: container dead, copy held',
      'destination is powered off: container dead, copy running',
      'destination is powered off: container frozen, copy held',
      'source is powered off: container frozen, copy none',
      'source is powered off: container running, copy held',
      'source is powered off: container running, copy none',
      'source is powered off: container running, copy restoring',
    ]);
  });

  it('a power-off of the destination before its copy is prepared leads back to the source', () => {
    const off = 'destination is powered off: container frozen, copy restoring';
    const ends = explored.ends.filter(({ wounds }) => wounds.includes(off));
    expect(new Set(ends.map(({ container }) => container))).toEqual(new Set(['running']));
  });

  it('a power-off of a source that stood still leads to the copy, once there is one', () => {
    for (const copy of ['restoring', 'held']) {
      const off = `source is powered off: container frozen, copy ${copy}`;
      const ends = explored.ends.filter(({ wounds }) => wounds.includes(off));
      expect(new Set(ends.map((state) => state.copy))).toEqual(new Set(['running']));
    }
  });

  // Wherever else it had gone on, its copy is discarded, even when it has ended by then.
  it('a copy older than its source runs only after a death that cannot be told from that of the hand-over', () => {
    expect(woundsOf(explored.states.filter(({ copy, ranOn }) => copy === 'running' && ranOn))).toEqual([
      'container ends by itself',
      'criu crashes and leaves its hold behind',
      'source is powered off: container running, copy held',
      'source is powered off: container running, copy none',
      'source is powered off: container running, copy restoring',
    ]);
  });
});

describe('whatever the order, and whatever two faults meet', () => {
  const explored = explore({
    faults: 2,
    wrong: (state) => (state.copy === 'running' && state.container !== 'dead') || twoRun(state),
  });

  it('the destination runs nothing until the source is dead, and the source never comes back', () => {
    expect(explored.counterExample).toBeUndefined();
    expect(explored.states.length).toBeGreaterThan(50_000);
  });

  test.each<[string, Partial<State>]>([
    [
      'the controller is gone and the keeper has resumed the copy',
      { controller: 'gone', recover: 'none', container: 'dead', copy: 'running' },
    ],
    [
      'recover has resumed the copy of a source that is off',
      { sourceOn: false, recover: 'done', copy: 'running' },
    ],
    [
      'recover has discarded the copy of a source that goes on',
      { recover: 'done', container: 'running', parked: 'over', copy: 'none' },
    ],
    [
      'the source is dead, its keeper and the controller are gone, and the copy is held',
      { container: 'dead', keeper: 'over', controller: 'gone', copy: 'held' },
    ],
    [
      'the source goes on while a copy is held and the controller is gone',
      { container: 'running', controller: 'gone', copy: 'held' },
    ],
    [
      'the restore is claimed by the end of the controller, and the peer asks for it',
      { peer: 'over', claimed: true, parked: 'waiting' },
    ],
    ['kill is decided and the source goes on', { decided: 'kill', container: 'running' }],
    [
      'all links are cut but one, and the copy is held',
      { linkToSource: false, linkBetween: false, copy: 'held' },
    ],
  ])('%s: this has been explored', (_, wanted) => {
    expect(anyOf(explored, wanted)).toBe(true);
  });
});

describe('the protocol broken on purpose', () => {
  const noneRuns = (state: State, isEnd: boolean): boolean => isEnd && !oneRuns(state);

  it.each<
    [string, keyof Variants, (state: State, isEnd: boolean) => boolean, readonly string[], readonly string[]]
  >([
    [
      'two run when the commit is sent before the source is dead',
      'resumeBeforeDead',
      twoRun,
      ['keeper crashes'],
      [
        'copy is prepared',
        'keeper hears the peer',
        'peer hears the keeper',
        'copy obeys',
        'hold misses its keeper',
      ],
    ],
    [
      'two run when recover believes a decision that was not carried out',
      'trustDecided',
      twoRun,
      ['keeper crashes'],
      [
        'copy is prepared',
        'keeper hears the peer',
        'keeper crashes',
        'hold misses its keeper',
        'recover sees that the source is dead',
        'copy obeys',
      ],
    ],
    [
      'two run when recover takes silence of the source for its death',
      'recoverUnasked',
      twoRun,
      ['link to the source is cut'],
      [
        'copy is prepared',
        'hold misses its keeper',
        'a person says that the source is off',
        'recover resumes the copy',
        'copy obeys',
      ],
    ],
    [
      'none runs when Ctrl-C discards a copy without asking the source',
      'discardWithoutThaw',
      noneRuns,
      [],
      ['Ctrl-C', 'parked keeper hears the controller', 'copy is prepared', 'copy obeys', 'hold obeys'],
    ],
    [
      'none runs when the end of the controller calls off a restore that the source waits for',
      'noClaim',
      noneRuns,
      [],
      [
        'controller gives up',
        'parked keeper misses the controller',
        'copy is prepared',
        'copy obeys',
        'hold obeys',
      ],
    ],
    [
      'none runs when a thaw is let follow a kill',
      'thawAfterKill',
      noneRuns,
      [],
      [
        'Ctrl-C',
        'keeper hears the peer',
        'keeper gives its verdict',
        'keeper hears the controller',
        'hold obeys',
      ],
    ],
    [
      'none runs when recover discards while the keeper may still kill',
      'recoverWhileHeld',
      noneRuns,
      [],
      ['copy is prepared', 'recover sees that the source went on', 'hold obeys', 'recover discards the copy'],
    ],
    [
      'none runs when recover only waits for a keeper whose destination does not answer',
      'recoverOnlyWaits',
      (state, isEnd) => isEnd && state.container === 'frozen',
      ['controller crashes', 'parked keeper crashes'],
      ['controller hands over', 'keeper hears the controller', 'peer hears the keeper'],
    ],
    [
      'none runs when a dump that failed counts as a thaw',
      'failedDumpIsThaw',
      noneRuns,
      ['hold crashes when it has killed'],
      [
        'keeper gives its verdict',
        'hold crashes when it has killed',
        'controller hears the source',
        'copy obeys',
      ],
    ],
    [
      'two run when recover takes it for dead because nothing of it is left',
      'absenceIsDeath',
      twoRun,
      ['link to the destination is cut', 'another migration moves it on'],
      [
        'hold misses its keeper',
        'recover cleans up the source alone',
        'another migration moves it on',
        'recover sees that the source is dead',
        'copy obeys',
      ],
    ],
    [
      'time is turned back when recover resumes the copy of a container that had gone on',
      'recoverWhateverEnded',
      ({ copy, ranOn, decided }) => copy === 'running' && ranOn && decided === 'thaw',
      ['container ends by itself'],
      [
        'hold obeys',
        'copy is prepared',
        'container ends by itself',
        'recover sees that the source is dead',
        'copy obeys',
      ],
    ],
  ])('%s', (_, variant, wrong, only, keySteps) => {
    const faults = only.length;
    // Restoring once more makes up for some of it: the protocol must be right without.
    const withoutImages = true;
    const whole = explore({ faults, only, variants: { withoutImages }, wrong });
    expect(whole.counterExample).toBeUndefined();
    const broken = explore({ faults, only, variants: { withoutImages, [variant]: true }, wrong });
    expect(inOrder(broken.counterExample ?? [], keySteps)).toEqual(keySteps);
  });

  it('two run when recover restores once more without asking what became of the source', () => {
    const only = ['copy dies'];
    const variants = { restoreAgainUnasked: true };
    expect(explore({ faults: 1, only, wrong: twoRun }).counterExample).toBeUndefined();
    const { counterExample } = explore({ faults: 1, only, variants, wrong: twoRun });
    expect(counterExample).toContain('recover restores again');
  });
});

/** As many of the steps as come in a trace one after another. */
const inOrder = (trace: readonly string[], wanted: readonly string[]): readonly string[] => {
  let from = 0;
  return wanted.filter((name) => {
    const at = trace.indexOf(name, from);
    from = at === -1 ? from : at + 1;
    return at !== -1;
  });
};

/** Tests of the live feed on a clock that stands still: what is sent, when, and what a slow page costs. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createLiveFeed } from './live-feed.ts';

function rig() {
  const clock = createFakeClock();
  let looks = 0;
  let state = 'a';
  let isMoving = false;
  const snapshot = () => ({ now: clock.now(), state, seen: (looks += 1) && 0 });
  const feed = createLiveFeed({ clock, snapshot, isMoving: () => isMoving });
  return { clock, feed, looks: () => looks, change: (to: string) => (state = to), move: () => (isMoving = true) };
}

/** A page that takes everything, unless it is told to be full. */
function page() {
  const frames: string[] = [];
  let isFull = false;
  let isOut = false;
  let drained = () => {};
  const ends = { count: 0 };
  return {
    frames,
    ends,
    mayLook: () => !isOut,
    signOut: () => (isOut = true),
    end: () => void (ends.count += 1),
    states: () => frames.flatMap((frame) => /"state":"(.)"/.exec(frame)?.[1] ?? []),
    write: (frame: string) => (frames.push(frame), !isFull),
    onDrain: (listener: () => void) => void (drained = listener),
    fill: () => (isFull = true),
    drain() {
      isFull = false;
      drained();
    },
  };
}

test('who comes sees what is, at once', () => {
  const { feed } = rig();
  const one = page();
  feed.watch(one);
  expect(one.frames).toEqual([expect.stringMatching(/^data: \{"now":\d+,"state":"a","seen":0\}\n\n$/)]);
});

test('a change is sent within half a second, and no change is not', () => {
  const { feed, clock, change } = rig();
  const one = page();
  feed.watch(one);
  clock.advance(2000);
  expect(one.states()).toEqual(['a']);
  change('b');
  clock.advance(500);
  expect(one.states()).toEqual(['a', 'b']);
});

test('while nobody looks nothing is looked up and no timer runs', () => {
  const { feed, clock, looks } = rig();
  const one = page();
  const leave = feed.watch(one);
  clock.advance(500);
  leave();
  clock.advance(500);
  const before = looks();
  clock.advance(60_000);
  expect(looks()).toBe(before);
  expect(clock.timers).toBe(0);
  expect(feed.watchers).toBe(0);
});

test('many who look cost one look each time', () => {
  const { feed, clock, looks } = rig();
  const pages = Array.from({ length: 5 }, page);
  for (const one of pages) feed.watch(one);
  const before = looks();
  clock.advance(500);
  expect(looks() - before).toBe(1);
});

test('a slow page skips snapshots instead of filling memory, and then gets the latest', () => {
  const { feed, clock, change } = rig();
  const slow = page();
  const quick = page();
  feed.watch(slow);
  feed.watch(quick);
  slow.fill();
  for (const state of ['b', 'c', 'd']) {
    change(state);
    clock.advance(500);
  }
  expect(slow.states()).toEqual(['a', 'b']);
  expect(quick.states()).toEqual(['a', 'b', 'c', 'd']);
  slow.drain();
  clock.advance(500);
  expect(slow.states()).toEqual(['a', 'b', 'd']);
});

test('a quiet stream is kept open by what there is to see, every fifteen seconds', () => {
  const { feed, clock } = rig();
  const one = page();
  feed.watch(one);
  clock.advance(14_900);
  expect(one.frames).toHaveLength(1);
  clock.advance(200);
  expect(one.states()).toEqual(['a', 'a']);
  expect(one.frames[1]).not.toBe(one.frames[0]);
});

test('that time goes on is news only where something grows older', () => {
  const { feed, clock, move } = rig();
  const one = page();
  feed.watch(one);
  clock.advance(5000);
  expect(one.frames).toHaveLength(1);
  move();
  clock.advance(1000);
  expect(one.frames).toHaveLength(3);
});

test('a page whose session ended is told nothing more, and ends', () => {
  const { feed, clock, change } = rig();
  const one = page();
  feed.watch(one);
  one.signOut();
  change('b');
  clock.advance(500);
  expect(one.states()).toEqual(['a']);
  expect(one.ends.count).toBe(1);
  expect(feed.watchers).toBe(0);
});

test('a page that never reads is given up after a minute', () => {
  const { feed, clock, change } = rig();
  const one = page();
  feed.watch(one);
  one.fill();
  change('b');
  clock.advance(59_000);
  expect(feed.watchers).toBe(1);
  clock.advance(3000);
  expect(one.ends.count).toBe(1);
  expect(feed.watchers).toBe(0);
});

test('closing ends everybody with what there is to see, and who comes later too', () => {
  const { feed, clock, change } = rig();
  const one = page();
  feed.watch(one);
  change('b');
  feed.close();
  clock.advance(60_000);
  expect(one.states()).toEqual(['a', 'b']);
  expect(one.ends.count).toBe(1);
  const late = page();
  feed.watch(late);
  expect(late.states()).toEqual(['b']);
  expect(late.ends.count).toBe(1);
  expect(clock.timers).toBe(0);
});

/** Tests of the live feed on a clock that stands still: what is sent, when, and what a slow page costs. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createLiveFeed } from './live-feed.ts';

function rig() {
  const clock = createFakeClock();
  let looks = 0;
  let state = 'a';
  const feed = createLiveFeed({ clock, snapshot: () => ({ state, seen: (looks += 1) && 0 }) });
  return { clock, feed, looks: () => looks, change: (to: string) => (state = to) };
}

/** A page that takes everything, unless it is told to be full. */
function page() {
  const frames: string[] = [];
  let isFull = false;
  let drained = () => {};
  return {
    frames,
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
  const { write, onDrain, frames } = page();
  feed.watch(write, onDrain);
  expect(frames).toEqual(['data: {"state":"a","seen":0}\n\n']);
});

test('a change is sent within half a second, and no change is not', () => {
  const { feed, clock, change } = rig();
  const one = page();
  feed.watch(one.write, one.onDrain);
  clock.advance(2000);
  expect(one.states()).toEqual(['a']);
  change('b');
  clock.advance(500);
  expect(one.states()).toEqual(['a', 'b']);
});

test('while nobody looks nothing is looked up and no timer runs', () => {
  const { feed, clock, looks } = rig();
  const one = page();
  const leave = feed.watch(one.write, one.onDrain);
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
  for (const one of pages) feed.watch(one.write, one.onDrain);
  const before = looks();
  clock.advance(500);
  expect(looks() - before).toBe(1);
});

test('a slow page skips snapshots instead of filling memory, and then gets the latest', () => {
  const { feed, clock, change } = rig();
  const slow = page();
  const quick = page();
  feed.watch(slow.write, slow.onDrain);
  feed.watch(quick.write, quick.onDrain);
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

test('a quiet stream is kept open by a comment every fifteen seconds', () => {
  const { feed, clock } = rig();
  const one = page();
  feed.watch(one.write, one.onDrain);
  clock.advance(14_900);
  expect(one.frames).toHaveLength(1);
  clock.advance(200);
  expect(one.frames[1]).toBe(': still here\n\n');
});

test('closing forgets everybody', () => {
  const { feed, clock } = rig();
  const one = page();
  feed.watch(one.write, one.onDrain);
  feed.close();
  clock.advance(60_000);
  expect(one.frames).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

/** What a translation can do to something that the other protocol has no exact word for, and what it may find. */

/** By the name that `x-crossfeed-edits` lists. The page of edits is written from this. */
export const translationRules = {
  'not-carried': 'The other side has nothing like it: it is left out.',
  approximated: 'Said in other words that mean a little less, or nearly the same.',
  moved: "It stands in another place: an image of a tool's result in a user turn behind it.",
  repaired: 'A call without its result, a result without its call: mended, since the other side refuses them.',
  'wrapped-tool': 'A tool of a kind that the other side lacks goes up as a function and comes back as what it was.',
  'reasoning-left-behind':
    'Reasoning that another model or account has sealed: only its maker can read it. Also where nothing is translated, after a change of model.',
  'stop-emulated':
    'The endpoint has no stop sequences, or fewer: the proxy looks for them and ends the answer and the upstream call there.',
  'moved-endpoint':
    'GitHub refused the model on an endpoint that its catalogue lists: asked on another one, remembered for half a day.',
  'grammar-fault':
    "With `log.level` `debug` what the proxy writes is held to its protocol's grammar. This is a fault of ours: please report it.",
} as const satisfies Readonly<Record<string, string>>;

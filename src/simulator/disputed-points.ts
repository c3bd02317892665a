/** Points on which the sources disagree (reference §10.3): switches of the scenario, at what the newer report says. */

export interface DisputedPoints {
  /** Whether `/v1/messages` takes images by address. Reports say no; VS Code sends some. */
  readonly urlImagesOnMessages: boolean;
  /** Whether `/chat/completions` takes `tool_choice: "required"`. VS Code says no; later probes say yes. */
  readonly toolChoiceRequired: boolean;
  /** Whether outputs of tools on `/responses` may hold images. VS Code sends a user message instead; a probe says yes. */
  readonly imagesInToolOutputs: boolean;
  /** Whether cache markers on `/v1/messages` may ask for an hour. */
  readonly hourLongCache: boolean;
}

export const defaultDisputedPoints: DisputedPoints = {
  urlImagesOnMessages: false,
  toolChoiceRequired: true,
  imagesInToolOutputs: true,
  hourLongCache: true,
};

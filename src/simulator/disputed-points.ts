/** Points on which the sources disagree (reference §10.3, §11): switches of the scenario, at what the newer report says. */

export interface DisputedPoints {
  /** Whether `/v1/messages` takes images by address. Reports say no; VS Code sends some. */
  readonly urlImagesOnMessages: boolean;
  /** Whether `/chat/completions` takes `tool_choice: "required"`. VS Code says no; later probes say yes. */
  readonly toolChoiceRequired: boolean;
  /** Whether outputs of tools on `/responses` may hold images. VS Code sends a user message instead; a probe says yes. */
  readonly imagesInToolOutputs: boolean;
  /** Whether cache markers on `/v1/messages` may ask for an hour. */
  readonly hourLongCache: boolean;
  /** Whether a model answers on an endpoint that its row does not list. */
  readonly servesUnlistedEndpoints: boolean;
  /** Whether `contextTier` is taken by `/v1/messages`, and by `/responses`. */
  readonly contextTierOnMessages: boolean;
  readonly contextTierOnResponses: boolean;
  /** Whether nothing is cached of a `/responses` call that names `context_management`. One report says so. */
  readonly contextManagementBreaksCache: boolean;
  /** Whether an exchanged bearer needs these headers. */
  readonly editorVersionNeeded: boolean;
  readonly integrationIdNeeded: boolean;
  /** Whether prices of cached input are called `cache_read_price`; `cache_price` before. */
  readonly cachePriceRenamed: boolean;
  /** Whether rows of the catalogue name `billing.auto_discount`. */
  readonly autoDiscountListed: boolean;
  /** Whether `POST /auto` is not there for clients of older API versions. */
  readonly autoNeedsNewestVersion: boolean;
  /** How the exchange of another app's `gho_` token is refused. */
  readonly foreignExchangeStatus: number;
}

export const defaultDisputedPoints: DisputedPoints = {
  urlImagesOnMessages: false,
  toolChoiceRequired: true,
  imagesInToolOutputs: true,
  hourLongCache: true,
  servesUnlistedEndpoints: false,
  contextTierOnMessages: false,
  contextTierOnResponses: true,
  contextManagementBreaksCache: false,
  editorVersionNeeded: true,
  integrationIdNeeded: true,
  cachePriceRenamed: true,
  autoDiscountListed: true,
  autoNeedsNewestVersion: true,
  foreignExchangeStatus: 404,
};

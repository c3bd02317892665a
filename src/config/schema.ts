/** The config file as a zod schema: structure, types and bounds. Loaded only where a file or the JSON schema needs it. */
import { z } from 'zod';
import { defaultConfig } from './config.ts';
import { fields } from './fields.ts';
import type { ChoiceField, Field, NumberField } from './field.ts';

const { server, limits, upstream, models, media, webSearch, metrics, traces, identity, credentials, log, capture } =
  defaultConfig;

const integer = (field: NumberField, standard: number) =>
  z.int().min(field.minimum).max(field.maximum).default(standard).describe(field.description);

const choice = <T extends string>(field: ChoiceField<T>, standard: T) =>
  z.literal(field.choices).default(standard).describe(field.description);

const flag = (field: Field<boolean>, standard: boolean) => z.boolean().default(standard).describe(field.description);

/** Whatever the field's own reader takes: it knows more than a pattern can say. */
const fits = (field: Field<unknown>) => (value: unknown) => field.parse(value).ok;

const portOrNull = (field: Field<number | null>, standard: number | null) =>
  z
    .union([z.int().min(0).max(65_535), z.null()])
    .default(standard)
    .describe(field.description);

const credits = (field: NumberField, standard: number) =>
  z.number().min(field.minimum).max(field.maximum).default(standard).describe(field.description);

const text = (field: Field<string>, standard: string) =>
  z.string().refine(fits(field)).default(standard).describe(field.description);

const textOrNull = (field: Field<string | null>, standard: string | null) =>
  z.string().nullable().refine(fits(field)).default(standard).describe(field.description);

const texts = (field: Field<readonly string[]>, standard: readonly string[], minimumItems = 0) =>
  z
    .array(z.string())
    .min(minimumItems)
    .refine(fits(field))
    .default([...standard])
    .describe(field.description);

export const configSchema = z.strictObject({
  server: z
    .strictObject({
      host: text(fields['server.host'], server.host),
      port: integer(fields['server.port'], server.port),
      requireKey: flag(fields['server.requireKey'], server.requireKey),
      lan: flag(fields['server.lan'], server.lan),
      tlsCert: textOrNull(fields['server.tlsCert'], server.tlsCert),
      tlsKey: textOrNull(fields['server.tlsKey'], server.tlsKey),
      allowHosts: texts(fields['server.allowHosts'], server.allowHosts),
      behindProxy: texts(fields['server.behindProxy'], server.behindProxy),
      systemCa: flag(fields['server.systemCa'], server.systemCa),
      webSocket: flag(fields['server.webSocket'], server.webSocket),
      dashboard: flag(fields['server.dashboard'], server.dashboard),
      ollama: z
        .strictObject({
          port: portOrNull(fields['server.ollama.port'], server.ollama.port),
          requireKey: flag(fields['server.ollama.requireKey'], server.ollama.requireKey),
        })
        .prefault({})
        .describe("A second listener, for tools that know only Ollama's port."),
    })
    .prefault({})
    .describe('Where the proxy listens, and who may call.'),
  limits: z
    .strictObject({
      maxBodyBytes: integer(fields['limits.maxBodyBytes'], limits.maxBodyBytes),
      maxJsonDepth: integer(fields['limits.maxJsonDepth'], limits.maxJsonDepth),
      maxJsonKeysPerObject: integer(fields['limits.maxJsonKeysPerObject'], limits.maxJsonKeysPerObject),
      maxHeaderBytes: integer(fields['limits.maxHeaderBytes'], limits.maxHeaderBytes),
      maxHeaders: integer(fields['limits.maxHeaders'], limits.maxHeaders),
      maxConnections: integer(fields['limits.maxConnections'], limits.maxConnections),
      requestHeadMs: integer(fields['limits.requestHeadMs'], limits.requestHeadMs),
      requestBodyMs: integer(fields['limits.requestBodyMs'], limits.requestBodyMs),
      upstreamHeadMs: integer(fields['limits.upstreamHeadMs'], limits.upstreamHeadMs),
      upstreamHeadNonStreamingMs: integer(
        fields['limits.upstreamHeadNonStreamingMs'],
        limits.upstreamHeadNonStreamingMs,
      ),
      silenceMs: integer(fields['limits.silenceMs'], limits.silenceMs),
      reasoningSilenceMs: integer(fields['limits.reasoningSilenceMs'], limits.reasoningSilenceMs),
      commentsOnlyMs: integer(fields['limits.commentsOnlyMs'], limits.commentsOnlyMs),
      heartbeatMs: integer(fields['limits.heartbeatMs'], limits.heartbeatMs),
      headHoldMs: integer(fields['limits.headHoldMs'], limits.headHoldMs),
      headHoldEvents: integer(fields['limits.headHoldEvents'], limits.headHoldEvents),
      headHoldBytes: integer(fields['limits.headHoldBytes'], limits.headHoldBytes),
      maxEventBytes: integer(fields['limits.maxEventBytes'], limits.maxEventBytes),
      maxAnswerBytes: integer(fields['limits.maxAnswerBytes'], limits.maxAnswerBytes),
      streamBufferBytes: integer(fields['limits.streamBufferBytes'], limits.streamBufferBytes),
      clientWriteMs: integer(fields['limits.clientWriteMs'], limits.clientWriteMs),
      drainMs: integer(fields['limits.drainMs'], limits.drainMs),
      pace: z
        .strictObject({
          enabled: flag(fields['limits.pace.enabled'], limits.pace.enabled),
          concurrency: integer(fields['limits.pace.concurrency'], limits.pace.concurrency),
          perSecond: integer(fields['limits.pace.perSecond'], limits.pace.perSecond),
          burst: integer(fields['limits.pace.burst'], limits.pace.burst),
          minGapMs: integer(fields['limits.pace.minGapMs'], limits.pace.minGapMs),
          wait: flag(fields['limits.pace.wait'], limits.pace.wait),
          maxQueued: integer(fields['limits.pace.maxQueued'], limits.pace.maxQueued),
          maxWaitMs: integer(fields['limits.pace.maxWaitMs'], limits.pace.maxWaitMs),
          openAfterMs: integer(fields['limits.pace.openAfterMs'], limits.pace.openAfterMs),
        })
        .prefault({})
        .describe('How politely one account uses GitHub.'),
      budgets: texts(fields['limits.budgets'], limits.budgets),
      quotaStopPercent: integer(fields['limits.quotaStopPercent'], limits.quotaStopPercent),
      approval: choice(fields['limits.approval'], limits.approval),
      approvalAboveCredits: credits(fields['limits.approvalAboveCredits'], limits.approvalAboveCredits),
      approvalTimeoutMs: integer(fields['limits.approvalTimeoutMs'], limits.approvalTimeoutMs),
    })
    .prefault({})
    .describe('Sizes, counts and times at which the proxy says no. Times in ms, sizes in bytes.'),
  upstream: z
    .strictObject({
      githubUrl: text(fields['upstream.githubUrl'], upstream.githubUrl),
      githubApiUrl: text(fields['upstream.githubApiUrl'], upstream.githubApiUrl),
      copilotApiUrl: textOrNull(fields['upstream.copilotApiUrl'], upstream.copilotApiUrl),
      allowedHosts: texts(fields['upstream.allowedHosts'], upstream.allowedHosts),
      apiVersions: texts(fields['upstream.apiVersions'], upstream.apiVersions, 1),
      road: choice(fields['upstream.road'], upstream.road),
      allowH2: flag(fields['upstream.allowH2'], upstream.allowH2),
      catalogueMs: integer(fields['upstream.catalogueMs'], upstream.catalogueMs),
      learnedDays: integer(fields['upstream.learnedDays'], upstream.learnedDays),
      cacheTtl: flag(fields['upstream.cacheTtl'], upstream.cacheTtl),
      disabledRules: texts(fields['upstream.disabledRules'], upstream.disabledRules),
    })
    .prefault({})
    .describe('GitHub and the Copilot API.'),
  models: z
    .strictObject({
      aliases: texts(fields['models.aliases'], models.aliases),
      shippedAliasesOff: texts(fields['models.shippedAliasesOff'], models.shippedAliasesOff),
      contextTier: choice(fields['models.contextTier'], models.contextTier),
      longContext: texts(fields['models.longContext'], models.longContext),
      endpoints: texts(fields['models.endpoints'], models.endpoints),
    })
    .prefault({})
    .describe('What names of models mean, and which prices they may reach.'),
  media: z
    .strictObject({
      fetchRemote: flag(fields['media.fetchRemote'], media.fetchRemote),
      fetchPorts: z
        .array(z.int().min(1).max(65_535))
        .min(1)
        .default([...media.fetchPorts])
        .describe(fields['media.fetchPorts'].description),
    })
    .prefault({})
    .describe('Images and documents that callers name by their address.'),
  webSearch: z
    .strictObject({
      via: choice(fields['webSearch.via'], webSearch.via),
      model: textOrNull(fields['webSearch.model'], webSearch.model),
      url: textOrNull(fields['webSearch.url'], webSearch.url),
      maxUses: integer(fields['webSearch.maxUses'], webSearch.maxUses),
      maxResults: integer(fields['webSearch.maxResults'], webSearch.maxResults),
    })
    .prefault({})
    .describe('Searches of the web for tools whose model has none.'),
  metrics: z
    .strictObject({
      enabled: flag(fields['metrics.enabled'], metrics.enabled),
      port: portOrNull(fields['metrics.port'], metrics.port),
    })
    .prefault({})
    .describe('Figures for Prometheus.'),
  traces: z
    .strictObject({ endpoint: textOrNull(fields['traces.endpoint'], traces.endpoint) })
    .prefault({})
    .describe('Spans for OpenTelemetry.'),
  identity: z
    .strictObject({
      clientId: text(fields['identity.clientId'], identity.clientId),
      scope: text(fields['identity.scope'], identity.scope),
      integrationId: text(fields['identity.integrationId'], identity.integrationId),
      tokenIntegrationId: text(fields['identity.tokenIntegrationId'], identity.tokenIntegrationId),
      editorVersion: text(fields['identity.editorVersion'], identity.editorVersion),
      editorPluginVersion: text(fields['identity.editorPluginVersion'], identity.editorPluginVersion),
      userAgent: text(fields['identity.userAgent'], identity.userAgent),
    })
    .prefault({})
    .describe('How the proxy presents itself to GitHub.'),
  credentials: z
    .strictObject({
      store: choice(fields['credentials.store'], credentials.store),
      fromTools: z.boolean().default(credentials.fromTools).describe(fields['credentials.fromTools'].description),
    })
    .prefault({})
    .describe('Where GitHub tokens come from and where they rest.'),
  log: z
    .strictObject({
      level: choice(fields['log.level'], log.level),
      format: choice(fields['log.format'], log.format),
      file: textOrNull(fields['log.file'], log.file),
      maxFileBytes: integer(fields['log.maxFileBytes'], log.maxFileBytes),
      maxFiles: integer(fields['log.maxFiles'], log.maxFiles),
    })
    .prefault({})
    .describe('What is written down about exchanges.'),
  capture: z
    .strictObject({
      enabled: flag(fields['capture.enabled'], capture.enabled),
      keys: texts(fields['capture.keys'], capture.keys),
      maxBytes: integer(fields['capture.maxBytes'], capture.maxBytes),
      maxTotalBytes: integer(fields['capture.maxTotalBytes'], capture.maxTotalBytes),
      maxAgeHours: integer(fields['capture.maxAgeHours'], capture.maxAgeHours),
    })
    .prefault({})
    .describe('Which prompts and answers are kept: none unless it is switched on.'),
});

/** The file may also name its schema, for editors. */
export const configFileSchema = configSchema.extend({
  $schema: z.string().optional().describe('The JSON schema of this file, for editors.'),
});

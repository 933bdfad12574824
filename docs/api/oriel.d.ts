// src/sdk/index.ts

export { session } from './context.ts';
export type { SessionContext, SessionContextValues } from './context.ts';
export { Html, html, raw } from './html.ts';
export type { HtmlValue } from './html.ts';
export { SessionState } from './session-state.ts';
export type { StateBase, StateSchema } from './session-state.ts';
export type { StateConstructor } from './session-state/store.ts';
export { show } from './show.ts';
export type { ShowOptions } from './show.ts';
export type { Widget } from './widget.ts';
export type { WidgetInput } from './widget-content.ts';
export type { WidgetEvent, WidgetHandler } from './widget-events.ts';
export { OrielError } from '../shared/errors.ts';
export type { ErrorCode } from '../shared/errors.ts';
export type { Value } from '../shared/value.ts';
export type { Bounds } from '../shared/window.ts';

// src/sdk/context.ts

/** What every script's session knows of itself. */
export interface SessionContextValues {
    /** Who the session is for; the same whenever this client runs the script again. */
    readonly clientId: string;
    readonly sessionId: string;
    /** In a handler: the window's connection that sent the event. Elsewhere: the script's own, a new one after a reconnect. */
    readonly connectionId: string;
    /** In a handler: the widget it is for. Elsewhere null. */
    readonly widgetId: string | null;
    /** Who is logged in; null on a person's own machine. */
    readonly userId: string | null;
    readonly roles: readonly string[];
    readonly workerId: string;
    /** Absolute. */
    readonly scriptPath: string;
    /** What the script was opened with. */
    readonly arguments: Readonly<Record<string, string>>;
}
/** The values above and whatever `session.run` added. */
export interface SessionContext extends SessionContextValues {
    readonly [key: string]: unknown;
}
/**
 * Which client the running code is for. Follows the code through awaits, timers and callbacks, so that a helper that was
 * passed nothing still knows. All throw OrielError no_session outside of any session and session_closed after its end.
 */
export declare const session: Readonly<{
    get: typeof get;
    current: typeof current;
    run: typeof run;
    bind: typeof bind;
    onClose: typeof onClose;
}>;
declare function get<K extends keyof SessionContextValues>(key: K): SessionContextValues[K];
declare function get<K extends keyof SessionContextValues, F>(key: K, fallback: F): SessionContextValues[K] | F;
declare function get(key: string, fallback?: unknown): unknown;
/** All values of the context, frozen. */
declare function current(): Readonly<SessionContext>;
/**
 * Runs `fn` with these values over the present ones and returns what it returns; afterwards, after a throw too, the old ones
 * are back. The values are copied and frozen; OrielError bad_value for what is not plain data.
 */
declare function run<T>(context: Partial<SessionContext>, fn: () => T): T;
/**
 * `fn` tied to the present session, whoever calls it: for listeners on shared emitters and message ports. Of a generator
 * function, every step runs in the session.
 */
declare function bind<F extends Function>(fn: F): F;
/**
 * Adds a hook for the end of the session; it may be async. The last added runs first. Returns what removes it.
 */
declare function onClose(hook: () => unknown): () => void;
export {};

// src/sdk/html.ts

/** HTML that is safe to show as it stands. Made by `html` and `raw`. */
export declare class Html {
    #private;
    constructor(text: string);
    toString(): string;
}
/** What may stand in `html` templates between `${` and `}`. */
export type HtmlValue = Html | string | number | bigint | boolean | null | undefined | readonly HtmlValue[];
/**
 * HTML from a template. Interpolated text is escaped, lists are joined, nested `html` is kept, null, undefined and false
 * give nothing. Quote attribute values. Throws OrielError bad_value for other values.
 */
export declare function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html;
/** `text` as HTML, not escaped. Only for text you made yourself: a person's input could bring scripts with it. */
export declare function raw(text: string): Html;

// src/sdk/session-state.ts

import type { z } from 'zod';
import { type StateConstructor } from './session-state/store.ts';
/** The fields of a state class: zod schemas by name, or a z.object for a loose schema or checks across fields. */
export type StateSchema = z.ZodObject | {
    readonly [field: string]: z.ZodType;
};
type ObjectOf<S extends StateSchema> = S extends z.ZodObject ? S : S extends z.core.$ZodLooseShape ? z.ZodObject<S> : never;
/** What `define` gives, to be extended by a class of your own name. */
export interface StateBase<S extends StateSchema> {
    /** Makes the session's instance with other start values than the defaults; what is stored counts before them. */
    new (values?: Partial<z.input<ObjectOf<S>>>): z.output<ObjectOf<S>>;
    /** See SessionState.get. */
    get<T extends object>(this: StateConstructor<T>): T;
    /** See SessionState.transact. */
    transact<T extends object, R>(this: StateConstructor<T>, fn: (state: T) => R | Promise<R>): Promise<R>;
}
/**
 * State that belongs to one session and is kept: over closing the window, restarting and crashes. A class made with
 * `define` has one instance in each session; assigning its fields, and changing lists and objects in them, is checked by the
 * schema and stored. Fields that start with `_` are the instance's own.
 */
export declare class SessionState {
    constructor(values?: object);
    /**
     * A class with these fields, to be extended: `class Counter extends SessionState.define({ count: z.number().default(0) }) {}`.
     * Values must be JSON values or binary. Throws OrielError bad_usage for what is no schema.
     */
    static define<S extends StateSchema>(schema: S): StateBase<S>;
    /**
     * The instance of the running session, made when first asked for: from what is stored, else from the defaults. Throws
     * OrielError no_session, session_closed, state_not_defined, bad_value (a field without a start value) or bad_usage (two
     * classes of one name).
     */
    static get<T extends object>(this: StateConstructor<T>): T;
    /**
     * Runs `fn` with the instance when every earlier `transact` of this class in this session has settled, so that reading,
     * awaiting and writing do not lose what another handler does. Nested in itself it runs at once. Resolves to what `fn`
     * gives. What `fn` has changed stays if it throws. Throws as `get`.
     */
    static transact<T extends object, R>(this: StateConstructor<T>, fn: (state: T) => R | Promise<R>): Promise<R>;
    /**
     * Makes the running session's instances of `classes` and of every class that the script has used before, in this
     * session or another, and gives all of them. Those that are there stay as they are. Throws as `get`.
     */
    static initialize(...classes: StateConstructor[]): Map<StateConstructor, object>;
}
export {};

// src/sdk/session-state/store.ts

import type { StateHost } from './host.ts';
import type { Cell } from './cell.ts';
/** A class made by `SessionState.define`, or one that extends it. */
export type StateConstructor<T extends object = object> = new (...values: never[]) => T;
/** The state instances of one session: one per class, made when first asked for. */
export declare class StateStore {
    #private;
    /** The store of a session; it is dropped when the session closes (rule T11). */
    static of(host: StateHost): StateStore;
    get(type: StateConstructor): Cell | undefined;
    add(type: StateConstructor, cell: Cell): void;
    /** For an instance whose constructor failed: nothing of it is written. */
    remove(type: StateConstructor): void;
    /** Refuses a class that cannot be stored beside those that are here. Throws OrielError bad_usage. */
    checkName(type: StateConstructor): void;
}

// src/sdk/show.ts

import type { Theme } from '../shared/records.ts';
import type { Widget } from './widget.ts';
import type { WidgetInput } from './widget-content.ts';
import type { WidgetHandler } from './widget-events.ts';
export interface ShowOptions {
    /** Letters, digits, `.`, `_`, `-`, at most 64. Default `w1`, `w2`, … in order of calls, so that the next run finds its windows' places. */
    id?: string;
    /** Default: the script's name. */
    title?: string;
    /** DIP; default 960 */
    width?: number;
    /** DIP; default 640 */
    height?: number;
    /** DIP; default: where the window was last, or the host's choice */
    x?: number;
    y?: number;
    /** Default true. */
    resizable?: boolean;
    /** Default 'system'. */
    theme?: Theme;
    /** Handlers that are there before the page can send anything. */
    on?: Record<string, WidgetHandler>;
}
/**
 * Opens a widget in its own window. Resolves when the window exists; the page may still be loading, and what is sent to it
 * waits until it is there. Throws OrielError no_session, session_closed, bad_value; what the window host refused.
 */
export declare function show(content: WidgetInput, options?: ShowOptions): Promise<Widget>;

// src/sdk/widget.ts

import type { ClientEvent, RequestOptions } from '../client/types.ts';
import type { Value } from '../shared/value.ts';
import type { Bounds } from '../shared/window.ts';
import { Html } from './html.ts';
import type { RunningSession, WidgetInbox } from './runtime/session.ts';
import type { WidgetHandler } from './widget-events.ts';
import type { WidgetInput } from './widget-content.ts';
/**
 * Something a script shows, in its own window. All methods reject (`on` throws) with OrielError session_closed after the
 * end of the session, window_closed once the window is gone, bad_value for wrong arguments.
 */
export interface Widget {
    readonly id: string;
    /** Adds a handler for an event of the page, '*' for all. Runs in the context it was registered in. Returns what removes it. */
    on(type: string, handler: WidgetHandler): () => void;
    /** Sends an event to the page. Resolves to how many windows it reached. */
    emit(type: string, data?: Value): Promise<number>;
    /** Asks the page. Rejects with no_handler, handler_failed, timeout (default 30,000 ms) or cancelled. */
    request(type: string, data?: Value, options?: RequestOptions): Promise<Value>;
    /** Shows something else; patches are forgotten. */
    update(content: WidgetInput): Promise<void>;
    /** Replaces what is inside the elements that `selector` finds. Kept: a window that is opened again shows it too. */
    patch(selector: string, html: string | Html): Promise<void>;
    setTitle(title: string): Promise<void>;
    /** Moves and resizes, in DIP. Rejects with not_supported where the host cannot. */
    setBounds(bounds: Partial<Bounds>): Promise<void>;
    /** In DIP. */
    getBounds(): Promise<Bounds>;
    focus(): Promise<void>;
    minimize(): Promise<void>;
    /** PNG of what is painted now, in device pixels. */
    capture(): Promise<Uint8Array>;
    /** Closes the window; does nothing if it is closed. */
    close(): Promise<void>;
    /** Resolves when the window is gone, whoever closed it. Never rejects. */
    readonly closed: Promise<void>;
}
/** The script's end of one widget. Made by `show`, which writes its record. */
export declare class ShownWidget implements Widget, WidgetInbox {
    #private;
    readonly id: string;
    readonly closed: Promise<void>;
    constructor(session: RunningSession, id: string);
    on(type: string, handler: WidgetHandler): () => void;
    emit(type: string, data?: Value): Promise<number>;
    request(type: string, data?: Value, options?: RequestOptions): Promise<Value>;
    update(content: WidgetInput): Promise<void>;
    patch(selector: string, html: string | Html): Promise<void>;
    setTitle(title: string): Promise<void>;
    setBounds(bounds: Partial<Bounds>): Promise<void>;
    getBounds(): Promise<Bounds>;
    focus(): Promise<void>;
    minimize(): Promise<void>;
    capture(): Promise<Uint8Array>;
    close(): Promise<void>;
    dispatch(event: ClientEvent): unknown;
    end(): void;
}
/** Takes a widget's record out of the document, if it is there. */
export declare function removeRecord(session: RunningSession, recordId: string): void;

// src/sdk/widget-content.ts

import type { WidgetContent } from '../shared/records.ts';
import { Html } from './html.ts';
/**
 * What a widget can show: HTML (text, or made by `html`), an HTML file, named from the session's folder, or an http(s) page.
 */
export type WidgetInput = string | Html | {
    file: string;
} | {
    url: string;
};
/** `input` as it is kept in the document. Throws OrielError bad_value; a file must be there. */
export declare function toContent(input: WidgetInput, folder: string, what: string): WidgetContent;

// src/sdk/widget-events.ts

import type { ClientEvent } from '../client/types.ts';
import type { Value } from '../shared/value.ts';
import type { RunningSession } from './runtime/session.ts';
/** What a handler is told beside the data. */
export interface WidgetEvent {
    readonly type: string;
    readonly widgetId: string;
    readonly clientId: string;
    /** The window's connection that sent the event. */
    readonly connectionId: string;
    /** Aborted when the page no longer waits for the answer, or the session closed. */
    readonly signal: AbortSignal;
}
/** Handles an event of a widget's page. Its value, or what its promise gives, answers the page's request. */
export type WidgetHandler = (data: Value, event: WidgetEvent) => unknown;
/** Hears every event of a widget. */
export declare const ANY_EVENT = "*";
/** The handlers of one widget, in order of registration. */
export declare class WidgetEvents {
    #private;
    constructor(session: RunningSession, widgetId: string);
    /** Adds a handler for `type`, or for all with '*'. Returns what removes it. */
    add(type: string, handler: WidgetHandler): () => void;
    clear(): void;
    /**
     * Runs every handler of the event, each in the context it was registered in, and gives the answer of the first (in order
     * of registration) that has one; null if none has. Throws OrielError no_handler where there is none, handler_failed where
     * one failed before any answered. Failures are reported to the session too.
     */
    dispatch(event: ClientEvent): unknown;
}

// src/shared/errors.ts

/**
 * Every error code of the product, with whether trying the same thing again can help.
 * A code is part of the public surface: it goes over the wire, into logs and into tests. Add here, nowhere else.
 */
export declare const ERROR_CODES: {
    readonly bad_usage: {
        readonly retryable: false;
    };
    readonly bad_value: {
        readonly retryable: false;
    };
    readonly environment: {
        readonly retryable: false;
    };
    readonly host_unavailable: {
        readonly retryable: false;
    };
    readonly not_supported: {
        readonly retryable: false;
    };
    readonly script_missing: {
        readonly retryable: false;
    };
    readonly script_unreadable: {
        readonly retryable: false;
    };
    readonly script_type: {
        readonly retryable: false;
    };
    readonly script_syntax: {
        readonly retryable: false;
    };
    readonly script_failed: {
        readonly retryable: false;
    };
    readonly script_memory: {
        readonly retryable: false;
    };
    readonly script_stopped: {
        readonly retryable: false;
    };
    readonly script_not_trusted: {
        readonly retryable: false;
    };
    readonly no_session: {
        readonly retryable: false;
    };
    readonly session_closed: {
        readonly retryable: false;
    };
    readonly unknown_session: {
        readonly retryable: false;
    };
    readonly session_busy: {
        readonly retryable: true;
    };
    readonly state_not_defined: {
        readonly retryable: false;
    };
    readonly unknown_widget: {
        readonly retryable: false;
    };
    readonly window_closed: {
        readonly retryable: false;
    };
    readonly no_handler: {
        readonly retryable: false;
    };
    readonly handler_failed: {
        readonly retryable: false;
    };
    readonly not_connected: {
        readonly retryable: true;
    };
    readonly timeout: {
        readonly retryable: true;
    };
    readonly cancelled: {
        readonly retryable: false;
    };
    readonly closed: {
        readonly retryable: false;
    };
    readonly overloaded: {
        readonly retryable: true;
    };
    readonly bad_message: {
        readonly retryable: false;
    };
    readonly protocol_version: {
        readonly retryable: false;
    };
    readonly too_large: {
        readonly retryable: false;
    };
    readonly ticket_refused: {
        readonly retryable: false;
    };
    readonly origin_refused: {
        readonly retryable: false;
    };
    readonly not_allowed: {
        readonly retryable: false;
    };
    readonly session_gone: {
        readonly retryable: false;
    };
    readonly bad_op: {
        readonly retryable: false;
    };
    readonly unknown_record: {
        readonly retryable: false;
    };
    readonly bad_path: {
        readonly retryable: false;
    };
    readonly document_attached: {
        readonly retryable: false;
    };
    readonly store_damaged: {
        readonly retryable: false;
    };
    readonly store_newer: {
        readonly retryable: false;
    };
    readonly store_unwritable: {
        readonly retryable: true;
    };
    readonly internal: {
        readonly retryable: false;
    };
};
export type ErrorCode = keyof typeof ERROR_CODES;
/** What crosses the wire of an error: a code and a public message, never a stack (rule V3). */
export interface PublicError {
    code: string;
    message: string;
    retryable: boolean;
}
/** The one error class of the product. `message` is fit to show to a person; `cause` keeps what happened underneath. */
export declare class OrielError extends Error {
    readonly code: ErrorCode;
    readonly retryable: boolean;
    constructor(code: ErrorCode, message: string, options?: {
        cause?: unknown;
        retryable?: boolean;
    });
}
/** Whether `code` is one of ours; a peer of another version may send one that is not. */
export declare function isErrorCode(code: unknown): code is ErrorCode;
/** What may be told to the other side about `error`: its own code and message if it is ours, else `fallback` without details. */
export declare function toPublicError(error: unknown, fallback?: string): PublicError;
/** The error that the other side told us about. */
export declare function fromPublicError(error: PublicError): OrielError;

// src/shared/value.ts

/** Typed arrays travel as binary on every carrier, never as base64. */
export type TypedArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array | BigInt64Array | BigUint64Array;
/** What can be stored in a document and sent in an event: JSON plus binary. */
export type Value = null | boolean | number | string | ArrayBuffer | TypedArray | readonly Value[] | {
    readonly [key: string]: Value;
};
/** Keys that could reach an object's prototype; refused wherever a key comes from outside. */
export declare const FORBIDDEN_KEYS: ReadonlySet<string>;

// src/shared/window.ts

/** A window's outer place and size in DIP (device-independent pixels). */
export interface Bounds {
    x: number;
    y: number;
    width: number;
    height: number;
}
/** Default size of a window that asked for none, in DIP. */
export declare const DEFAULT_WINDOW: {
    readonly width: 960;
    readonly height: 640;
};

/** What happens before a visitor agreed: nothing; pages are counted and nothing is stored; everything. */
export type ConsentMode = "required" | "cookieless" | "auto";

/** What can be left out of the second part. */
export type Part = "clicks" | "forms" | "errors" | "vitals";

export type Properties = Record<string, unknown>;

export interface Options {
  /** A write key of your source: it can only send. */
  key: string;
  /** The address of your Tante Emma, e.g. "https://emma.example.de". */
  host: string;
  /** "required" where nothing is said. */
  consent?: ConsentMode;
  /** Share of the visitors, 0 to 1. */
  sample?: number;
  /** Parts to leave out, separated by commas, e.g. "clicks,forms". */
  off?: string;
  /** Parameters of addresses that may be kept, separated by commas; utm_… always are. */
  params?: string;
  /** "title": pages are called by their title instead of their path. */
  names?: "path" | "title";
  /** "off": the second part (clicks, forms, errors, web vitals) is not loaded at all. */
  more?: "on" | "off";
}

/** Begins. Resolves when the snippet runs; does nothing on a server and the second time. */
export function start(options: Options): Promise<void>;

/** true: everything; "cookieless": pages only, nothing stored; false: stored ids go, sending ends. */
export function consent(given: boolean | "cookieless"): void;

/** Something of your own, under its name in your journeys. */
export function track(name: string, properties?: Properties): void;

/** A page view of your own, for what has no address. */
export function page(name?: string, properties?: Properties): void;

/** Who is signed in. Without consent it does nothing. */
export function identify(id: string | number, traits?: Properties): void;

/** All calls under one name, as on a page: emma("track", "Kauf", { sku: "4711" }). */
export function emma(call: "consent", given: boolean | "cookieless"): void;
export function emma(call: "track", name: string, properties?: Properties): void;
export function emma(call: "page", name?: string, properties?: Properties): void;
export function emma(call: "identify", id: string | number, traits?: Properties): void;

export default emma;

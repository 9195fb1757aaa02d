import type { CSSProperties } from "react";

/** A colour that somebody chose. */
export function Swatch({ colour }: { colour: string }) {
  return <i className="swatch" style={{ "--swatch": colour || "var(--accent)" } as CSSProperties} />;
}

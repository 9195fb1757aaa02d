import { useEffect, useRef } from "react";

/** A colour that somebody chose; the policy of the pages allows no style in the markup, so it is set here. */
export function Swatch({ colour }: { colour: string }) {
  const spot = useRef<HTMLElement>(null);
  useEffect(() => spot.current?.style.setProperty("--swatch", colour || "var(--accent)"), [colour]);
  return <i className="swatch" ref={spot} />;
}

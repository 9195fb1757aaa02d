import type { ComponentProps } from "react";

export type Look = "primary" | "framed" | "danger" | "plain" | "plain danger";

/** A button that stays focusable while it works, so that the keyboard's place is not lost. */
export function Button({
  look,
  busy = false,
  className = "",
  onClick,
  type = "button",
  ...rest
}: ComponentProps<"button"> & { look?: Look; busy?: boolean }) {
  return (
    <button
      {...rest}
      type={busy ? "button" : type}
      aria-disabled={busy || undefined}
      className={`button ${look ?? ""} ${className}`}
      onClick={busy ? undefined : onClick}
    />
  );
}

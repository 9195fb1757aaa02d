import { t } from "../texts";
import { Field } from "./form";

/** The password that somebody has, as their browser's manager knows it. */
export function CurrentPassword({ autoFocus = false }: { autoFocus?: boolean }) {
  return (
    <Field
      name="password"
      type="password"
      label={t.signIn.password}
      autoComplete="current-password"
      required
      autoFocus={autoFocus}
    />
  );
}

import { t } from "../texts";
import { Field } from "./form";

export function NewPassword({ label, name = "password" }: { label: string; name?: string }) {
  return (
    <Field
      name={name}
      type="password"
      label={label}
      hint={t.signUp.passwordHint}
      autoComplete="new-password"
      required
      minLength={10}
      maxLength={256}
    />
  );
}

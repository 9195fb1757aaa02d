import { useMe } from "../../api/me";

/** Tells password managers whose password a form is about. */
export function Username() {
  const email = useMe().data?.email ?? "";
  return (
    <input
      className="offscreen"
      type="text"
      autoComplete="username"
      value={email}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}

import { Link } from "react-router";
import { t } from "../texts";

export function Brand() {
  return (
    <Link className="brand" to="/">
      <img src="/icon.svg" alt="" width="28" height="28" />
      <span>{t.name}</span>
    </Link>
  );
}

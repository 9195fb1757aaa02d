import { Link } from "react-router";
import { t } from "../../texts";
import { OpenHead } from "./open-head";

/** The end of a letter's errand: sign in now. */
export function Done({ title, about }: { title: string; about: string }) {
  return (
    <>
      <OpenHead title={title}>{about}</OpenHead>
      <Link className="button primary wide" to="/sign-in">
        {t.signIn.submit}
      </Link>
    </>
  );
}

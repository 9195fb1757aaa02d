import { Link } from "react-router";
import { t } from "../texts";
import { Empty } from "../ui/list";
import { Page } from "../ui/page";

export function NoSuchPage() {
  const home = (
    <Link className="button" to="/">
      {t.shell.toStart}
    </Link>
  );
  return (
    <Page title={t.shell.noSuchPage}>
      <Empty title={t.shell.nothingHere} about={t.shell.nothingHereAbout} action={home} />
    </Page>
  );
}

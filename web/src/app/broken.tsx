import { useRouteError } from "react-router";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Brand } from "./brand";

/** When the console itself fails. A new version may have replaced the files of an old page: reloading helps. */
export function Broken() {
  const error = useRouteError();
  console.error(error);
  return (
    <main className="open" id="main">
      <div className="open-form">
        <Brand />
        <h1>{t.shell.broken}</h1>
        <p className="quiet">{t.shell.brokenAbout}</p>
        <div>
          <Button look="primary" onClick={() => location.reload()}>
            {t.shell.reload}
          </Button>
        </div>
      </div>
    </main>
  );
}

import type { ComponentType } from "react";
import { allows, useMe } from "../api/me";
import { t } from "../texts";
import { Empty } from "../ui/list";
import { Page } from "../ui/page";

/** The page, for those who may see it. The node refuses the rest in any case; this says so kindly. */
export function Guarded({ scope, Content }: { scope: string | undefined; Content: ComponentType }) {
  const me = useMe();
  if (!me.data) return null;
  if (allows(me.data.scopes, scope)) return <Content />;
  return (
    <Page title={t.shell.notForYou}>
      <Empty title={t.shell.missingScope} about={t.shell.missingScopeAbout} />
    </Page>
  );
}

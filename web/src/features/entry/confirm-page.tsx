import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { callAnonymously } from "../../api/call";
import { t } from "../../texts";
import { Wrong } from "../../ui/notice";
import { Done } from "./done";
import { useLinkToken } from "./link-token";
import { OpenHead } from "./open-head";

export default function ConfirmPage() {
  const token = useLinkToken();
  // A query, though it writes: it runs once for its key, also when React mounts the page twice.
  const confirmation = useQuery({
    queryKey: ["confirm", token],
    queryFn: async () => {
      await callAnonymously("POST /api/users/confirm", { body: { token } });
      return true;
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (confirmation.isPending) return <OpenHead title={t.confirm.title}>{t.confirm.working}</OpenHead>;
  if (confirmation.isError) return <Failed error={confirmation.error} />;
  return <Done title={t.confirm.done} about={t.confirm.doneAbout} />;
}

function Failed({ error }: { error: unknown }) {
  return (
    <>
      <OpenHead title={t.confirm.failed}>{t.confirm.failedAbout}</OpenHead>
      <Wrong error={error} />
      <Link className="button wide" to="/sign-up">
        {t.signIn.signUp}
      </Link>
    </>
  );
}

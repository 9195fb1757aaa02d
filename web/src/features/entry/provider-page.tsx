import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { call, callAnonymously } from "../../api/call";
import { arrived, journey } from "../../api/provider";
import { t } from "../../texts";
import { Wrong } from "../../ui/notice";
import { useEntering } from "./entering";
import { OpenHead } from "./open-head";
import { type Needed, neededBy, type Second, SecondStep } from "./second-step";

/** Where an outside service sends people back. Nothing of what it sends is shown: it could be anybody's words. */
export default function ProviderPage() {
  const { provider = "" } = useParams();
  const [sent] = useState(() => new URLSearchParams(location.search));
  const [going] = useState(journey);
  useEffect(() => history.replaceState(history.state, "", location.pathname), []);
  const [code, state, iss] = [sent.get("code"), sent.get("state"), sent.get("iss")];
  if (!code || !state) {
    return (
      <Failed link={going.purpose === "link"}>
        {sent.has("error") ? t.signIn.provider.refused : t.signIn.provider.incomplete}
      </Failed>
    );
  }
  const back = { provider, code, state, ...(iss === null ? {} : { iss }) };
  return going.purpose === "link" ? <Linking back={back} /> : <Entering back={back} next={going.next} />;
}

interface Back {
  provider: string;
  code: string;
  state: string;
  iss?: string;
}

function Entering({ back, next }: { back: Back; next: string }) {
  const { enter } = useEntering(next);
  // A query, though it writes: it runs once for its key, also when React mounts the page twice.
  const arriving = useQuery({
    queryKey: ["back", back.state],
    queryFn: async (): Promise<{ expiresInS: number } | { needed: Needed }> => {
      try {
        return {
          expiresInS: (await callAnonymously("POST /api/tokens/provider", { body: back })).expires_in,
        };
      } catch (problem) {
        const needed = neededBy(problem);
        if (!needed) throw problem;
        return { needed };
      }
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const expiresInS = arriving.data && "expiresInS" in arriving.data ? arriving.data.expiresInS : null;
  useEffect(() => {
    if (expiresInS === null) return;
    arrived();
    enter(expiresInS);
  }, [expiresInS]);
  if (arriving.isError) return <Failed error={arriving.error} />;
  if (arriving.data && "needed" in arriving.data) {
    return <GoOn needed={arriving.data.needed} enter={enter} />;
  }
  return <OpenHead title={t.signIn.provider.title}>{t.signIn.provider.lead}</OpenHead>;
}

function GoOn({ needed, enter }: { needed: Needed; enter: (expiresInS: number) => void }) {
  const navigate = useNavigate();
  const prove = async (second: Second) => {
    const body = { ticket: needed.ticket, ...second };
    const { expires_in } = await callAnonymously("POST /api/tokens/second-factor", { body });
    arrived();
    enter(expires_in);
  };
  return <SecondStep needed={needed} prove={prove} back={() => void navigate("/sign-in")} />;
}

function Linking({ back }: { back: Back }) {
  const navigate = useNavigate();
  const linking = useQuery({
    queryKey: ["link", back.state],
    queryFn: () => call("POST /api/identities", { body: back }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (!linking.isSuccess) return;
    arrived();
    void navigate("/security", { replace: true });
  }, [linking.isSuccess, navigate]);
  if (linking.isError) return <Failed error={linking.error} link />;
  return <OpenHead title={t.signIn.provider.linking}>{t.signIn.provider.lead}</OpenHead>;
}

function Failed({
  error,
  link = false,
  children,
}: {
  error?: unknown;
  link?: boolean;
  children?: React.ReactNode;
}) {
  return (
    <>
      <OpenHead title={t.signIn.provider.failed}>{children}</OpenHead>
      {error ? <Wrong error={error} /> : null}
      <Link className="button primary wide" to={link ? "/security" : "/sign-in"}>
        {link ? t.signIn.provider.backToSecurity : t.signIn.provider.again}
      </Link>
    </>
  );
}

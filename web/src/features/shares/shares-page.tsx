import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import type { Share } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { List, Row } from "../../ui/list";
import { Page } from "../../ui/page";
import { Secret } from "../../ui/secret";
import { Time } from "../../ui/time";
import { lengthOf } from "../../ui/measures";
import { NewShareForm } from "./new-share-form";
import { useDeviceNames } from "../../api/devices";

export default function SharesPage() {
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [link, setLink] = useState("");
  const renew = () => queries.invalidateQueries({ queryKey: ["GET /api/shares"] });
  const made = async (fresh: string) => {
    setMaking(false);
    setLink(fresh);
    await renew();
  };
  const revoke = async (id: string) => {
    await call("DELETE /api/shares/{id}", { path: { id } });
    await renew();
  };
  const make = (
    <Button look="primary" onClick={() => setMaking(true)}>
      {t.shares.make}
    </Button>
  );
  return (
    <Page title={t.shares.title} lead={t.shares.lead} action={make}>
      <List name="GET /api/shares" narrowed={{ ended: true }} empty={t.shares.empty}>
        {(share) => <ShareRow key={share.id} share={share} revoke={() => revoke(share.id)} />}
      </List>
      {making ? <NewShareForm made={made} close={() => setMaking(false)} /> : null}
      {link ? <ShownOnce link={link} close={() => setLink("")} /> : null}
    </Page>
  );
}

function ShareRow({ share, revoke }: { share: Share; revoke: () => Promise<void> }) {
  const nameOf = useDeviceNames();
  const devices = share.devices.map(nameOf).filter(Boolean).join(", ");
  const name = share.name || devices;
  const ended = share.revoked_at !== null || Date.parse(share.expires_at) < Date.now();
  const facts = [
    share.name ? devices : "",
    share.blur_m ? t.shares.blurred(lengthOf(share.blur_m)) : "",
    t.shares.looked(share.reads),
  ].filter(Boolean);
  return (
    <Row
      name={
        <>
          {name}
          {ended ? (
            <span className="badge grey">{share.revoked_at ? t.shares.revoked : t.shares.ended}</span>
          ) : null}
        </>
      }
      about={
        <>
          {facts.join(" · ")} · {ended ? t.shares.ended : t.shares.ends} <Time at={share.expires_at} />
        </>
      }
    >
      {ended ? null : (
        <Confirmed
          label={t.shares.revoke}
          name={t.shares.revokeNamed(name)}
          title={t.shares.revokeNamed(name)}
          about={t.shares.revokeAbout}
          confirm={t.shares.revoke}
          perform={revoke}
        />
      )}
    </Row>
  );
}

function ShownOnce({ link, close }: { link: string; close: () => void }) {
  return (
    <Dialog title={t.shares.madeTitle} onClose={close}>
      <p className="quiet">{t.shares.madeAbout}</p>
      <Secret text={link} label={t.shares.link} />
      <div className="actions">
        <Button look="primary" onClick={close}>
          {t.actions.done}
        </Button>
      </div>
    </Dialog>
  );
}

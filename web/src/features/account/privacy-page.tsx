import { t } from "../../texts";
import { Page, Section } from "../../ui/page";
import { Consents } from "./consents";
import { Erase } from "./erase";
import { Export } from "./export";

export default function PrivacyPage() {
  return (
    <Page title={t.privacy.title} lead={t.privacy.lead}>
      <Section title={t.privacy.consents} about={t.privacy.consentsAbout}>
        <Consents />
      </Section>
      <Section title={t.privacy.export} about={t.privacy.exportAbout}>
        <Export />
      </Section>
      <Section title={t.privacy.erase} about={t.privacy.eraseAbout}>
        <Erase />
      </Section>
    </Page>
  );
}

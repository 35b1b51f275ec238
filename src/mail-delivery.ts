import { join } from 'node:path';
import type { MailDependencies } from './activities/mail';
import type { Config } from './config';
import { MailTemplateError, renderMail } from './mail/render';
import { createFileMail, createSmtpMail } from './mail/transport';
import { deriveKey } from './secrets';
import { createUrlSeal } from './store/url-seal';

/** Renders the mails of the outbox and hands them to SMTP, or to files below DATA_DIR/mail. */
export function createMailDelivery(
  config: Pick<Config, 'mail' | 'publicUrl' | 'dataDir'>,
  dataSecret: string,
): MailDependencies['mail'] {
  const { smtp, from } = config.mail;
  const transport = smtp === null ? createFileMail(join(config.dataDir, 'mail'), from) : createSmtpMail(smtp, from);
  const seal = createUrlSeal(deriveKey(dataSecret, 'share links'));
  const openLink = (data: unknown) => {
    const { linkSealed, share } = data as { linkSealed?: unknown; share?: { uuid?: unknown } };
    if (typeof linkSealed !== 'string' || typeof share?.uuid !== 'string') return null;
    return seal.open(Buffer.from(linkSealed, 'base64'), share.uuid);
  };
  return {
    isRepeatable: transport.isRepeatable,
    async send({ uuid, template, recipient, data, createdAt }) {
      let content;
      try {
        content = renderMail({ template, data, publicUrl: config.publicUrl, link: openLink(data) });
      } catch (error) {
        // What cannot be written today cannot be tomorrow: tried again without end, it would hold up nothing but itself.
        return { kind: 'refused', reason: error instanceof MailTemplateError ? error.message : 'cannot be written' };
      }
      return transport.send({ ...content, uuid, to: recipient, date: createdAt });
    },
  };
}

import type { InstanceServer } from 'holdfast';

/** Breaks the Sender of an instance, as a defect in it would: what it reads from an event throws. */
export function killSender(server: InstanceServer): void {
  const event = {
    type: 'link.up',
    get link(): never {
      throw new Error('killed by the test');
    },
  } as const;
  server.actor.getSnapshot().children.sender?.send(event);
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Task } from '@medplum/fhirtypes'

export interface Notification {
  eventId: string
  resource: Task
  at: number
}

/** An EHR's endpoint: takes the resources that a FHIR Subscription (rest-hook) sends it. */
export async function startSubscriber(onNotification: (notification: Notification) => void = () => {}) {
  const got: Notification[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const notification = {
        eventId: String(request.headers['x-hisbundle-event-id']),
        resource: JSON.parse(Buffer.concat(chunks).toString()) as Task,
        at: performance.now()
      }
      got.push(notification)
      onNotification(notification)
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    got,
    stop: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}

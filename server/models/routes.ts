import type { Logger } from '../../core/log.ts'
import { callerOf } from '../access/gate.ts'
import type { RouteTable } from '../access/route-table.ts'
import type { ModelsInService } from './in-service.ts'

/** What serves each role, and the way to put changed folders in service without a restart. */
export function modelRoutes(routes: RouteTable, { models, log }: { models: ModelsInService; log: Logger }): void {
  routes.get('/models', 'admin.read', async (_request, response) => {
    response.json({ roles: models.serving() ?? [], modes: models.modes() })
  })
  routes.post('/models/reload', 'admin.write', async (request, response) => {
    log.info({ client: callerOf(request)?.id, event: 'models-reload' }, 'a reload of the models was asked for')
    response.json(await models.reload())
  })
}

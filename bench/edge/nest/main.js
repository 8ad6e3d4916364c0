// The same two calls as a NestJS gateway: controllers, a guard, the gRPC client of @nestjs/microservices, Fastify below.
// Node strips types and has no decorators, so that they are applied here as the functions that they are.
// It leaves out what by-hand.ts leaves out, and a ValidationPipe. Options are those that one gets, such as grpc-js's own repeats.
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { Metadata } from "@grpc/grpc-js";
import {
  Body,
  Catch,
  Controller,
  Get,
  Headers,
  HttpException,
  Inject,
  Module,
  Param,
  Post,
  Query,
  UnauthorizedException,
  UseFilters,
  UseGuards,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientsModule, Transport } from "@nestjs/microservices";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { firstValueFrom } from "rxjs";
import { reservationView, seconds } from "./views.js";

const folder = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const HTTP_STATUSES = { 3: 400, 4: 504, 5: 404, 7: 403, 10: 409, 14: 503, 16: 401 };
const BACKEND = "BACKEND";

class KeyGuard {
  canActivate(context) {
    const { authorization } = context.switchToHttp().getRequest().headers;
    if (authorization?.startsWith("Bearer ") !== true) throw new UnauthorizedException("The request brings no key.");
    return true;
  }
}

class ProblemFilter {
  catch(error, host) {
    const status = error instanceof HttpException ? error.getStatus() : (HTTP_STATUSES[error.code] ?? 500);
    const detail = error.details ?? error.message;
    host.switchToHttp().getResponse().status(status).type("application/problem+json").send({ status, detail });
  }
}
Catch()(ProblemFilter);

class GatewayController {
  constructor(client) {
    this.client = client;
  }

  onModuleInit() {
    this.inventory = this.client.getService("InventoryService");
    this.reservations = this.client.getService("ReservationService");
  }

  getCalendar(property, query, authorization) {
    const request = {
      ...query,
      parent: `properties/${property}`,
      roomTypes: [query.roomTypes ?? []].flat(),
      pageSize: Number(query.pageSize ?? 0),
    };
    return firstValueFrom(this.inventory.getCalendar(request, metadata(authorization), deadline(5000)));
  }

  async createReservation(property, body, authorization) {
    const request = { ...body, parent: `properties/${property}`, holdDuration: seconds(body.holdDuration) };
    const answer = this.reservations.createReservation(request, metadata(authorization), deadline(9000));
    return reservationView(await firstValueFrom(answer));
  }
}

const metadata = (authorization) => {
  const sent = new Metadata();
  sent.set("authorization", authorization);
  return sent;
};
const deadline = (withinMs) => ({ deadline: Date.now() + withinMs });

const decorate = (method, decorators) => {
  const { prototype } = GatewayController;
  for (const decorator of decorators) decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
};
const parameters = (method, decorators) => {
  for (const [index, decorator] of decorators.entries()) decorator(GatewayController.prototype, method, index);
};
decorate("getCalendar", [Get(":property/calendar")]);
parameters("getCalendar", [Param("property"), Query(), Headers("authorization")]);
decorate("createReservation", [Post(":property/reservations")]);
parameters("createReservation", [Param("property"), Body(), Headers("authorization")]);
Inject(BACKEND)(GatewayController, undefined, 0);
UseGuards(KeyGuard)(GatewayController);
UseFilters(ProblemFilter)(GatewayController);
Controller("v1/properties")(GatewayController);

class AppModule {}
Module({
  imports: [
    ClientsModule.register([
      {
        name: BACKEND,
        transport: Transport.GRPC,
        options: {
          url: process.env.BACKEND,
          package: "staymesh.reservation.v1",
          protoPath: ["inventory", "reservation"].map((name) => `staymesh/reservation/v1/${name}.proto`),
          loader: {
            includeDirs: [folder("proto"), folder("build/proto-deps")],
            longs: String,
            enums: String,
            defaults: true,
          },
        },
      },
    ]),
  ],
  controllers: [GatewayController],
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ["error", "warn"] });
await app.listen(Number(process.env.PORT), "127.0.0.1");
process.send?.({ type: "listening" });

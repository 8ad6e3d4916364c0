const instant = (time) =>
  time && new Date(Number(time.seconds) * 1000 + time.nanos / 1e6).toISOString().replace(".000Z", "Z");

/** The message as it is, with instants as text; protobufjs writes what is absent as null. */
export const reservationView = (reservation) => ({
  ...reservation,
  holdExpireTime: instant(reservation.holdExpireTime),
  createTime: instant(reservation.createTime),
  updateTime: instant(reservation.updateTime),
  confirmTime: instant(reservation.confirmTime),
  cancelTime: instant(reservation.cancelTime),
  checkInTime: instant(reservation.checkInTime),
  checkOutTime: instant(reservation.checkOutTime),
});

/** "900s" as a message. */
export const seconds = (text) => (text === undefined ? undefined : { seconds: text.slice(0, -1), nanos: 0 });

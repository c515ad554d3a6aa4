import ArgumentParser
import LecternCore
import LecternShop
import LecternStore

extension OrdersCommand {
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the link that takes a seat of an order for others, for a buyer who lost it.",
            discussion: """
                With --renew it is another one from now on: the link of before takes no seat any more, and whoever has one keeps it.

                EXAMPLES
                  lectern orders invite 01hq7kz0m4v3x8c5b2n9j6d1fs
                  lectern orders invite 01hq7kz0m4v3x8c5b2n9j6d1fs --renew
                """)

        @OptionGroup var arguments: ShopArguments
        @Argument(help: "Its id, or what the buyer wrote on a transfer.") var order: String
        @Flag(help: "Makes another link; the one of before takes no seat any more.") var renew = false

        func run() async throws {
            let shop = try await arguments.open()
            try await arguments.tell(shop) { _ in
                var record = try shop.find(order)
                if renew { record = try await shop.renewInvitation(record) }
                guard let seating = record.seating, let link = shop.link(invitation: record) else {
                    throw ShopProblem("order \(record.order.id) is the buyer's own: it has no seats")
                }
                let seats = "\(seating.taken) of \(record.order.seats) seats taken"
                let opens = record.state.grants ? "" : ", and none can be taken now: the order is \(record.state.kind.rawValue)"
                return (
                    "\(link)\n\(seats)\(opens).\n",
                    ["order": .text(record.order.id.text), "link": .text(link), "seats": .whole(Int64(record.order.seats)), "taken": .whole(Int64(seating.taken))]
                )
            }
        }
    }
}

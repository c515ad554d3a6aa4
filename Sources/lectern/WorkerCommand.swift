import ArgumentParser
import LecternBuild

/// What `build` starts once a processor core; not for people.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", abstract: "Builds courses for another lectern.", shouldDisplay: false)

    func run() throws { throw ExitCode(runWorker()) }
}

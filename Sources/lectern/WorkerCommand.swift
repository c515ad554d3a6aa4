import ArgumentParser
import LecternBuild
import LecternTerminal

/// What `build` starts once a processor core; not for people.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", abstract: "Builds courses for another lectern.", shouldDisplay: false)

    /// This very program, to be started again as a worker.
    static var launch: WorkerLaunch? { Environment.program.map { WorkerLaunch(executable: $0, arguments: ["worker"]) } }

    func run() throws { throw ExitCode(runWorker()) }
}

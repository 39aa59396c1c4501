import Glibc
import Synchronization

/// Several threads for much work of one kind, such as replaying thousands of journals; what comes of it keeps its order.
///
/// Each thread has a worker of its own, which is kept from one round to the next. Signals are left to the thread that calls.
public final class Lanes<Worker, Job: Sendable, Outcome: Sendable> {
  private var workers: [Worker] = []
  private let make: () -> Worker
  private let work: (Worker, Job) -> Outcome

  /// How many jobs make a round that keeps all threads busy.
  public var roundCount: Int { 64 * count }
  /// How many threads there are.
  public let count: Int

  /// Threads for this work.
  ///
  /// - Parameters:
  ///   - count: how many; nil takes one a processor, at most 16.
  ///   - make: makes the worker of a thread.
  ///   - work: does one job; it is called on several threads at once, each with a worker of its own.
  public init(count: Int? = nil, making make: @escaping () -> Worker, work: @escaping (Worker, Job) -> Outcome) {
    self.count = min(max(count ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 16)
    self.make = make
    self.work = work
  }

  /// Does all of these jobs.
  ///
  /// - Returns: what came of them, in their order.
  public func run(_ jobs: [Job]) -> [Outcome] {
    let threads = min(count, max(jobs.count, 1))
    while workers.count < threads { workers.append(make()) }
    let next = NextJob(jobs.count)
    let lanes = workers.prefix(threads).map { Lane(worker: $0, jobs: jobs, next: next, work: work) }
    var started: [pthread_t] = []
    // Signals are for the threads that know what to do with them.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    for lane in lanes.dropFirst() {
      var thread = pthread_t()
      let held = Unmanaged.passUnretained(lane as AnyLane)
      let result = pthread_create(
        &thread, nil,
        { held in
          if let held { Unmanaged<AnyLane>.fromOpaque(held).takeUnretainedValue().run() }
          return nil
        }, held.toOpaque())
      // Without a thread the others do its work.
      if result == 0 { started.append(thread) }
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    lanes[0].run()
    for thread in started { pthread_join(thread, nil) }
    return lanes.flatMap(\.done).sorted { $0.index < $1.index }.map(\.outcome)
  }
}

/// Which job is next, for all threads.
private final class NextJob: Sendable {
  private let next = Atomic<Int>(0)
  private let count: Int

  init(_ count: Int) { self.count = count }

  func take() -> Int? {
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }
}

/// What a thread runs, whatever it works on.
private class AnyLane {
  func run() {}
}

private final class Lane<Worker, Job, Outcome>: AnyLane {
  let worker: Worker
  let jobs: [Job]
  let next: NextJob
  let work: (Worker, Job) -> Outcome
  /// Only its own thread touches it until that has ended.
  var done: [(index: Int, outcome: Outcome)] = []

  init(worker: Worker, jobs: [Job], next: NextJob, work: @escaping (Worker, Job) -> Outcome) {
    self.worker = worker
    self.jobs = jobs
    self.next = next
    self.work = work
  }

  override func run() {
    while let index = next.take() { done.append((index, work(worker, jobs[index]))) }
  }
}

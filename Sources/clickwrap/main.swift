import ConsentTerminal
import Glibc

// The demo is what most people meet first, and its first frame should be there at once: it takes the compiled flow
// from the binary and pays neither for the argument parser nor for YAML.
let ending = CommandLine.argc <= 1 ? Demo.run(TerminalChoices(), journal: nil) : Clickwrap.start()
if case .signal(let number) = ending { ProcessEnd.die(by: number) }
exit(ending.status)

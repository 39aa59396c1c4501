import ConsentSource

// The part of a flow that an instrument becomes: its variables, the screen that leads on, and a screen for every item.
extension Instrument {
  /// The part that all instruments use: what is said on every screen, the cursor of the lists, the reminder.
  public static let sharedPart = "parts/questions"

  /// The files of the part, by path; every node's mark is a place in `instrument.yaml`.
  ///
  /// An item's answer leads to `<instrument>-begin`, which has no frame: it leads to the item that is next in the drawn
  /// order and whose conditions hold, and after the last one to the screen `timeline`. Nothing leads back.
  ///
  /// - Parameter folder: where the part lies, for example `instruments/sus`; its texts are in `text/` there.
  public func trees(folder: String) -> [String: Node] {
    var trees = ["\(folder)/flow.yaml": part, "\(folder)/\(beginScreen).yaml": begin]
    for item in items {
      trees["\(folder)/\(screen(of: item)).yaml"] = ItemScreen(instrument: self, item: item).node
    }
    return trees
  }

  /// The steps that leave an item for good.
  func leaving(_ make: NodeMaker) -> [Node] {
    [make.one("add", make.one(positionVariable, make.number(1))), make.go(beginScreen)]
  }

  // MARK: The part

  private var part: Node {
    let make = NodeMaker(mark)
    var variables = [(positionVariable, counter(make, from: 0, items.count))]
    if order == .balanced {
      variables.append((orderVariable, make.one("draw", make.texts(orders.map(\.name)))))
    }
    for item in items {
      let make = NodeMaker(item.mark)
      if item.isMirrored {
        variables.append((versionVariable(of: item), make.one("draw", make.texts(item.versions.map(\.name)))))
      }
      variables += answers(item, make)
    }
    return make.map([
      "format": make.text("1"), "part": make.text("true"), "title": make.text(title),
      "uses": make.texts([Instrument.sharedPart]), "variables": make.map(variables),
    ])
  }

  private func counter(_ make: NodeMaker, from start: Int, _ maximum: Int) -> Node {
    make.map(["number": make.number(start), "minimum": make.number(start), "maximum": make.number(maximum)])
  }

  private func answers(_ item: Item, _ make: NodeMaker) -> [(String, Node)] {
    let variable = answerVariable(of: item)
    var variables: [(String, Node)]
    switch item.kind {
    case .likert, .confidence, .single:
      return [
        (variable, make.map(["values": make.texts(item.values), "initial": make.text(Instrument.unset)]))
      ]
    case .multiple(let options):
      variables = options.map { option in
        let values = make.map(["values": make.texts(["unset", "off", "on"]), "initial": make.text("unset")])
        return (answerVariable(of: item, option: option), values)
      }
    case .number(let range): variables = [(variable, counter(make, from: -1, range.upperBound))]
    case .slider(let maximum, _, _, _): variables = [(variable, counter(make, from: -1, maximum))]
    case .text(let maximum, _, _): variables = [(variable, counter(make, from: 0, maximum))]
    }
    if item.offersPreferNot {
      let values = make.map(["values": make.texts(["no", "yes"]), "initial": make.text("no")])
      variables.append((declinedVariable(of: item), values))
    }
    return variables
  }

  // MARK: The screen that leads on

  private var begin: Node {
    let make = NodeMaker(mark)
    var branches: [Node] = []
    for (name, row) in orders {
      for position in row.indices {
        var isCertain = false
        for next in position..<row.count where !isCertain {
          let item = items[row[next]]
          branches.append(branch(to: item, order: name, at: position, skippingTo: next))
          // What comes later is only asked at once when this one may be left out.
          isCertain = item.when == nil
        }
      }
    }
    branches.append(make.one("do", make.list([make.go("timeline")])))
    return make.map([
      "format": make.text("1"), "screen": make.text(beginScreen), "on_open": make.list(branches),
      "elements": make.list([make.one("gap", make.number(1))]),
    ])
  }

  private func branch(to item: Item, order: String, at position: Int, skippingTo next: Int) -> Node {
    let make = NodeMaker(item.mark)
    var conditions = order.isEmpty ? [] : [(orderVariable, make.text(order))]
    conditions.append((positionVariable, make.number(position)))
    conditions += item.when?.mapping?.map { ($0.key, $0.value) } ?? []
    var steps = [make.go(screen(of: item))]
    if next > position { steps.insert(make.set(positionVariable, String(next)), at: 0) }
    return make.map(["when": make.map(conditions), "do": make.list(steps)])
  }
}

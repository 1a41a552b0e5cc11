using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

/// <summary>Each way to write a sweep file wrongly, and the whole message it gets.</summary>
public class WrongSweepFileTests
{
    private const string Forms = "a list of values, {log: [a, b], count: n}, {linear: [a, b], count: n} or {range: [a, b], step: s}";
    private const string Views = "a whole number, at least 2, or stream";

    /// <summary>Rows are what follows <c>version: 1</c> and <c>name: demo</c>, so that they begin in line 3.</summary>
    [Theory]
    // Names.
    [InlineData("grid:\n  loss.varience_weight: [1]", "(4,3): unknown parameter 'loss.varience_weight'; did you mean 'loss.variance_weight'?")]
    [InlineData("fixed:\n  epochs: 3", "(4,3): unknown parameter 'epochs'; did you mean 'train.epochs'?")]
    [InlineData("fixed:\n  Train.Epochs: 3", "(4,3): unknown parameter 'Train.Epochs'; did you mean 'train.epochs'?")]
    [InlineData("fixed:\n  train.epohcs: 3", "(4,3): unknown parameter 'train.epohcs'; did you mean 'train.epochs'?")]
    [InlineData("fixed: {augment.rotation_in_degrees: 1}", "(3,9): unknown parameter 'augment.rotation_in_degrees'; there are augment.views.")]
    [InlineData("fixed: {lambda: 1}", "(3,9): unknown parameter 'lambda'; names begin with data., augment., backbone., model., loss., train. or eval..")]
    [InlineData("grids: {}", "(3,1): unknown key 'grids'; did you mean 'grid'?")]
    [InlineData("parameters: {}",
        "(3,1): unknown key 'parameters'; the keys are version, name, question, base, seeds, fixed, grid, zip, exclude, search, blocks, sample, evaluate, stop, retry and run.")]
    [InlineData("train.epochs: 3", "(3,1): the parameter 'train.epochs' belongs under 'fixed', 'grid' or 'zip'.")]
    [InlineData("fixed:\n  train.epochs: 3\n  train.epochs: 4", "(5,3): 'train.epochs' was already given in line 4; keep one.")]
    [InlineData("name: other", "(3,1): 'name' was already given in line 2; keep one.")]
    [InlineData("seeds: 1\nseeds: 1\nseeds: 1", "(4,1): 'seeds' was already given in line 3; keep one.\n(5,1): 'seeds' was already given in line 3; keep one.")]
    // Zips.
    [InlineData("zip: {train.epochs: [1]}", "(3,6): 'zip' is a mapping, but must be a list of groups, each a mapping of parameters that move together.")]
    [InlineData("zip: [train.epochs]", "(3,7): 'zip' is a single value, but must be a mapping of parameters.")]
    [InlineData("zip: [{}]", "(3,7): this group of 'zip' is empty, but must have parameters that move together.")]
    [InlineData("zip: [{model.embedding_dim: [2, 50], model.representation_dim: [1, 2, 3]}]",
        "(3,7): the parameters of this group move together, but 'model.embedding_dim' has 2 and 'model.representation_dim' has 3 values; they must have equally many.")]
    [InlineData("zip: [{model.embedding_dim: [2, 50, 2], model.representation_dim: [1, 2, 1]}]",
        "(3,7): this group has model.embedding_dim 2 and model.representation_dim 1 twice; keep one.")]
    [InlineData("zip: [{model.embedding_dim: [2, 0], model.representation_dim: 3}]",
        "(3,33): 'model.embedding_dim' is 0, but must be at least 1 and at most 4096.\n(3,63): the axis of 'model.representation_dim' is a single value, but must be " + Forms + "; a single value belongs under 'fixed'.")]
    [InlineData("zip: [{train.epoch: [1]}]", "(3,8): unknown parameter 'train.epoch'; did you mean 'train.epochs'?")]
    [InlineData("grid: {train.epochs: [1]}\nzip: [{train.epochs: [2], loss.epsilon: [1]}]",
        "(4,8): 'train.epochs' is an axis here, but also in line 3; keep one.")]
    [InlineData("zip:\n- {train.epochs: [2], loss.epsilon: [1]}\n- {train.epochs: [3]}",
        "(5,4): 'train.epochs' is an axis here, but also in line 4; keep one.")]
    [InlineData("fixed: {train.epochs: 3}\nzip: [{train.epochs: [2], loss.epsilon: [1]}]",
        "(4,8): 'train.epochs' is an axis here, but fixed in line 3; keep one.")]
    // Exclusions.
    [InlineData("exclude: loss.epsilon > 1",
        "(3,10): 'exclude' is a single value, but must be a list of rules, such as loss.variance_weight == 0 and loss.covariance_weight > 0.")]
    [InlineData("exclude: [{loss.epsilon: 1}]",
        "(3,11): an exclusion is a mapping, but must be a rule, such as loss.variance_weight == 0 and loss.covariance_weight > 0.")]
    [InlineData("exclude: [~]", "(3,11): an exclusion is nothing, but must be a rule, such as loss.variance_weight == 0 and loss.covariance_weight > 0.")]
    [InlineData("exclude: [loss.varience_weight == 0]", "(3,11): unknown name 'loss.varience_weight'; did you mean 'loss.variance_weight'?")]
    [InlineData("exclude: [loss.epsilon > 1 and epoch > 3]", "(3,32): unknown name 'epoch'; did you mean 'train.epochs'?")]
    [InlineData("exclude: [loss.epsilon > tiny]",
        "(3,26): unknown name 'tiny'; a parameter has a dotted name such as 'loss.epsilon', and a text stands in quotes.")]
    [InlineData("exclude: [train.optimizer == adm]", "(3,30): unknown name 'adm'; did you mean 'adam'?")]
    [InlineData("exclude: [train.optimizer == 'adm']", "(3,27): 'train.optimizer' is never 'adm'; it is adam, sgd or lars; did you mean 'adam'?")]
    [InlineData("exclude: [random == train.optimizer]", "(3,18): 'train.optimizer' is never 'random'; it is adam, sgd or lars.")]
    [InlineData("exclude: [loss.epsilon = 1]", "(3,24): '=' is not an operator here; write '=='.")]
    [InlineData("exclude: [loss.epsilon === 1]", "(3,24): '===' is not an operator here; write '=='.")]
    [InlineData("exclude: [loss.epsilon <> 1]", "(3,24): '<>' is not an operator here; write '!='.")]
    [InlineData("exclude: ['loss.epsilon > 1 && train.epochs > 1']", "(3,29): '&&' is not an operator here; write 'and'.")]
    [InlineData("exclude: ['loss.epsilon > 1 || train.epochs > 1']", "(3,29): '||' is not an operator here; write 'or'.")]
    [InlineData("exclude: ['!backbone.standardize']", "(3,12): '!' is not an operator here; write 'not'.")]
    [InlineData("exclude: [train.epochs ** 2 > 9]", "(3,24): '**' is not an operator here; arithmetic is + - * /.")]
    [InlineData("exclude: [train.epochs % 2 == 0]", "(3,24): '%' is not an operator here; arithmetic is + - * /.")]
    [InlineData("exclude: [train.epochs > 2; exit]",
        "(3,27): ';' has no meaning in a rule, which is made of parameters, numbers, texts in quotes, comparisons, + - * /, and, or, not and parentheses.")]
    [InlineData("exclude: [__import__('os')]", "(3,21): '(' is here, but an operator such as '==' or 'and' is expected.")]
    [InlineData("exclude: [loss.epsilon >]", "(3,25): the rule ends here, but a parameter, a number or a text in quotes is missing.")]
    [InlineData("exclude: [(loss.epsilon > 1]", "(3,28): the rule ends here, but a closing parenthesis is missing.")]
    [InlineData("exclude: [loss.epsilon > 1)]", "(3,27): ')' is here, but an operator such as '==' or 'and' is expected.")]
    [InlineData("exclude: [loss.epsilon 1]", "(3,24): '1' is here, but an operator such as '==' or 'and' is expected.")]
    [InlineData("exclude: [loss.epsilon > 1e]", "(3,26): '1e' is not a number; if it is a text, write it in quotes.")]
    [InlineData("exclude: [loss.epsilon > 1e999]", "(3,26): '1e999' is too large for a number; if it is a text, write it in quotes.")]
    [InlineData("exclude: [train.optimizer == \"adam]", "(3,30): the text that begins here has no closing quote.")]
    [InlineData("exclude:\n  - train.optimizer == \"adam", "(4,24): the text that begins here has no closing quote.")]
    [InlineData("exclude: [loss.epsilon]", "(3,11): this is 'loss.epsilon', but must be true or false, such as a comparison.")]
    [InlineData("exclude: [loss.epsilon + 1]", "(3,11): this is a number, but must be true or false, such as a comparison.")]
    [InlineData("exclude: [loss.epsilon > 1 and train.epochs]", "(3,32): this is 'train.epochs', but must be true or false, such as a comparison.")]
    [InlineData("exclude: [train.optimizer > 3]", "(3,27): '>' compares numbers, but its sides are 'train.optimizer' and a number.")]
    [InlineData("exclude: [train.optimizer == 3]", "(3,27): 'train.optimizer' and a number can never be equal.")]
    [InlineData("exclude: [loss.epsilon == 'adam']", "(3,24): 'loss.epsilon' is never 'adam'; it is a number, greater than 0.")]
    [InlineData("exclude: [backbone.standardize == 1]", "(3,32): 'backbone.standardize' and a number can never be equal.")]
    [InlineData("exclude: [train.optimizer + 1 > 2]", "(3,11): this is 'train.optimizer', but must be a number.")]
    [InlineData("exclude: [not train.epochs]", "(3,15): this is 'train.epochs', but must be true or false, such as a comparison.")]
    [InlineData("exclude: [1 < 2]", "(3,11): this rule names no parameter, so it is true of all points or of none.")]
    [InlineData("exclude: [data.path == 'x']", "(3,11): 'data.path' says where something lies and not what it is, so no rule can depend on it.")]
    [InlineData("exclude:\n  - loss.epsilon > a and train.epochs > b",
        "(4,20): unknown name 'a'; a parameter has a dotted name such as 'loss.epsilon', and a text stands in quotes.\n(4,41): unknown name 'b'; a parameter has a dotted name such as 'loss.epsilon', and a text stands in quotes.")]
    [InlineData("exclude:\n  - loss.epsilon > 1 and\n    train.epoch > 3", "(5,5): unknown name 'train.epoch'; did you mean 'train.epochs'?")]
    [InlineData("exclude:\n  - >-\n    loss.epsilon > 1\n    and train.epoch > 3", "(6,9): unknown name 'train.epoch'; did you mean 'train.epochs'?")]
    [InlineData("exclude:\n  - 'train.optimizer == ''adam'' and train.epoch > 3'", "(4,38): unknown name 'train.epoch'; did you mean 'train.epochs'?")]
    // Blocks.
    [InlineData("blocks: {name: a}", "(3,9): 'blocks' is a mapping, but must be a list of blocks, each a mapping with name, fixed, grid, zip and exclude.")]
    [InlineData("blocks: [a]", "(3,10): 'blocks[1]' is a single value, but must be a mapping with name, fixed, grid, zip and exclude.")]
    [InlineData("blocks: [{name: a, fixed: {train.epochs: 3}}, ~]",
        "(3,47): a block is nothing, but must be a mapping with name, fixed, grid, zip and exclude.")]
    [InlineData("blocks: [{fixed: {train.epochs: 3}}]",
        "(3,10): 'name' is missing; it names the block in exports and is made of lower-case letters, digits and hyphens.")]
    [InlineData("blocks: [{name: A b, fixed: {train.epochs: 3}}]",
        "(3,17): 'name' is 'A b', but must be made of lower-case letters, digits and hyphens; 'A' is not one of them.")]
    [InlineData("blocks:\n- {name: a, fixed: {train.epochs: 3}}\n- {name: a, fixed: {train.epochs: 4}}",
        "(5,10): the block 'a' is already there in line 4; block names must differ.")]
    [InlineData("blocks: [{name: a, seeds: 3, fixed: {train.epochs: 3}}]",
        "(3,20): unknown key 'seeds' in 'blocks[1]'; the keys are name, fixed, grid, zip and exclude.")]
    [InlineData("blocks: [{name: a}]", "(3,10): the block 'a' overrides nothing; it must give a parameter another value or another axis than stands above.")]
    [InlineData("fixed: {train.epochs: 3}\nblocks: [{name: a, fixed: {train.epochs: 3}}]",
        "(4,10): the block 'a' overrides nothing; it must give a parameter another value or another axis than stands above.")]
    [InlineData("grid: {train.epochs: [3, 4]}\nblocks: [{name: a, grid: {train.epochs: [3, 4]}}]",
        "(4,10): the block 'a' overrides nothing; it must give a parameter another value or another axis than stands above.")]
    [InlineData("grid: {train.epochs: [3, 4]}\nblocks: [{name: a, exclude: [train.epochs > 3]}]",
        "(4,10): the block 'a' overrides nothing; it must give a parameter another value or another axis than stands above.")]
    [InlineData("blocks: [{name: a, fixed: {train.epoch: 3}, grid: {train.epochs: []}, exclude: [x]}]",
        "(3,28): unknown parameter 'train.epoch'; did you mean 'train.epochs'?\n(3,66): the axis of 'train.epochs' is empty, but must have at least one value.\n(3,81): unknown name 'x'; a parameter has a dotted name such as 'loss.epsilon', and a text stands in quotes.")]
    [InlineData("blocks: [{name: a, fixed: {train.epochs: 3}, grid: {train.epochs: [1]}}]",
        "(3,53): 'train.epochs' is an axis here, but fixed in line 3; keep one.")]
    [InlineData("blocks: [{name: a, grid: [1], exclude: 3}]",
        "(3,26): 'blocks.a.grid' is a list, but must be a mapping of parameters.\n(3,40): 'blocks.a.exclude' is a single value, but must be a list of rules, such as loss.variance_weight == 0 and loss.covariance_weight > 0.")]
    // How the sweep is run.
    [InlineData("stop: 20m", "(3,7): 'stop' is a single value, but must be a mapping with timeout, collapse and halving.")]
    [InlineData("stop: {timout: 20m}", "(3,8): unknown key 'timout' in 'stop'; did you mean 'timeout'?")]
    [InlineData("stop: {timeout: 20}", "(3,17): 'stop.timeout' is '20', but must be a duration such as 90s, 20m, 1h30m or 2d.")]
    [InlineData("stop: {timeout: }", "(3,17): 'stop.timeout' is nothing, but must be a duration such as 90s, 20m, 1h30m or 2d.")]
    [InlineData("stop: {timeout: 0s}", "(3,17): 'stop.timeout' is '0s', but must be a duration such as 90s, 20m, 1h30m or 2d.")]
    [InlineData("stop: {timeout: 5 minutes}", "(3,17): 'stop.timeout' is '5 minutes', but must be a duration such as 90s, 20m, 1h30m or 2d.")]
    [InlineData("stop: {collapse: stop}", "(3,18): 'stop.collapse' is a single value, but must be a mapping with action, after_epochs and sustained.")]
    [InlineData("stop: {collapse: {action: lable, sustained: 0}}",
        "(3,27): 'stop.collapse.action' is 'lable', but must be label, stop or off; did you mean 'label'?\n(3,45): 'stop.collapse.sustained' is 0, but must be at least 1.")]
    [InlineData("stop: {halving: {keep: 1}}",
        "(3,17): 'stop.halving.metric' is missing; it must be loss/total, loss/variance, embedding/knn_top1 or embedding/std_mean.\n(3,24): 'stop.halving.keep' is 1, but must be greater than 0 and less than 1.")]
    [InlineData("stop: {halving: {metric: embedding/knn_top, goal: max}}",
        "(3,26): 'stop.halving.metric' is 'embedding/knn_top', but must be loss/total, loss/variance, embedding/knn_top1 or embedding/std_mean; did you mean 'embedding/knn_top1'?\n(3,51): 'stop.halving.goal' is 'max', but must be maximize or minimize.")]
    [InlineData("sample: 500", "(3,9): 'sample' is a single value, but must be a mapping with count and seed.")]
    [InlineData("sample: {seed: 3}", "(3,9): 'sample.count' is missing; it must be a whole number, at least 1.")]
    [InlineData("sample: {count: 0, seed: -1}", "(3,17): 'sample.count' is 0, but must be at least 1.\n(3,26): 'sample.seed' is -1, but must be at least 0.")]
    [InlineData("retry: {max: -1}", "(3,14): 'retry.max' is -1, but must be at least 0 and at most 100.")]
    [InlineData("retry: {times: 2}", "(3,9): unknown key 'times' in 'retry'; the keys are max.")]
    [InlineData("run: {stack: 0, order: random}",
        "(3,14): 'run.stack' is 0, but must be at least 1.\n(3,24): 'run.order' is 'random', but must be grid or shuffled.")]
    [InlineData("run: {stack: auot}", "(3,14): 'run.stack' is 'auot', but must be a whole number, at least 1, or auto; did you mean 'auto'?")]
    // Fixed values.
    [InlineData("fixed: {train.epochs: 0}", "(3,23): 'train.epochs' is 0, but must be at least 1.")]
    [InlineData("fixed: {train.epochs: -2147483648}", "(3,23): 'train.epochs' is -2147483648, but must be at least 1.")]
    [InlineData("fixed: {train.epochs: 1e10}", "(3,23): 'train.epochs' is 1e10, but must be from 1 to 2147483647.")]
    [InlineData("fixed: {train.epochs: 1.5}", "(3,23): 'train.epochs' is 1.5, but must be a whole number.")]
    [InlineData("fixed: {train.epochs: ten}", "(3,23): 'train.epochs' is 'ten', but must be a whole number, at least 1.")]
    [InlineData("fixed: {train.epochs: true}", "(3,23): 'train.epochs' is 'true', but must be a whole number, at least 1.")]
    [InlineData("fixed: {train.epochs: '10'}", "(3,23): 'train.epochs' is the text '10', but must be a number; leave out the quotes.")]
    [InlineData("fixed: {train.epochs: 1_000}", "(3,23): 'train.epochs' is '1_000', but must be a whole number, at least 1.")]
    [InlineData("fixed: {train.epochs: }", "(3,23): 'train.epochs' has no value; it must be a whole number, at least 1.")]
    [InlineData("fixed: {train.epochs: ~}", "(3,23): 'train.epochs' has no value; it must be a whole number, at least 1.")]
    [InlineData("fixed: {train.epochs: [1, 2]}", "(3,23): 'train.epochs' is a list, but a fixed parameter has a single value; to sweep it, move it to 'grid'.")]
    [InlineData("fixed: {train.epochs: {log: [1, 2]}}",
        "(3,23): 'train.epochs' is a mapping, but a fixed parameter has a single value; to sweep it, move it to 'grid'.")]
    [InlineData("fixed: {loss.epsilon: 0}", "(3,23): 'loss.epsilon' is 0, but must be greater than 0.")]
    [InlineData("fixed: {loss.epsilon: 1e-400}", "(3,23): 'loss.epsilon' is 1e-400, but must be greater than 0.")]
    [InlineData("fixed: {loss.epsilon: .inf}", "(3,23): 'loss.epsilon' is .inf, but must be a finite number.")]
    [InlineData("fixed: {train.shift: -.INF}", "(3,22): 'train.shift' is -.INF, but must be a finite number.")]
    [InlineData("fixed: {train.shift: .nan}", "(3,22): 'train.shift' is .nan, but must be a finite number.")]
    [InlineData("fixed: {train.shift: 1e999}", "(3,22): 'train.shift' is 1e999, but must be a finite number.")]
    [InlineData("fixed: {model.dropout: 1}", "(3,24): 'model.dropout' is 1, but must be at least 0 and less than 1.")]
    [InlineData("fixed: {model.embedding_dim: 4097}", "(3,30): 'model.embedding_dim' is 4097, but must be at least 1 and at most 4096.")]
    [InlineData("fixed: {train.optimizer: adm}", "(3,26): 'train.optimizer' is 'adm', but must be adam, sgd or lars; did you mean 'adam'?")]
    [InlineData("fixed: {train.optimizer: rmsprop}", "(3,26): 'train.optimizer' is 'rmsprop', but must be adam, sgd or lars.")]
    [InlineData("fixed: {train.optimizer: 1}", "(3,26): 'train.optimizer' is '1', but must be adam, sgd or lars.")]
    [InlineData("fixed: {augment.views: streem}", "(3,24): 'augment.views' is 'streem', but must be " + Views + "; did you mean 'stream'?")]
    [InlineData("fixed: {augment.views: 1}", "(3,24): 'augment.views' is 1, but must be at least 2.")]
    [InlineData("fixed: {backbone.standardize: yes}", "(3,31): 'backbone.standardize' is 'yes', but must be true or false.")]
    [InlineData("fixed: {backbone.standardize: 'true'}", "(3,31): 'backbone.standardize' is 'true', but must be true or false.")]
    [InlineData("fixed: {backbone.weights: ''}", "(3,27): 'backbone.weights' is '', but must be random or a path.")]
    [InlineData("fixed: [train.epochs]", "(3,8): 'fixed' is a list, but must be a mapping of parameters.")]
    [InlineData("fixed: 3", "(3,8): 'fixed' is a single value, but must be a mapping of parameters.")]
    // Lists.
    [InlineData("grid: {train.epochs: []}", "(3,22): the axis of 'train.epochs' is empty, but must have at least one value.")]
    [InlineData("grid:\n  train.epochs:", "(4,16): the axis of 'train.epochs' is empty; it must be " + Forms + ".")]
    [InlineData("grid: {train.epochs: 3}",
        "(3,22): the axis of 'train.epochs' is a single value, but must be " + Forms + "; a single value belongs under 'fixed'.")]
    [InlineData("grid: {train.epochs: [1, 0, x, [2]]}",
        "(3,26): 'train.epochs' is 0, but must be at least 1.\n(3,29): 'train.epochs' is 'x', but must be a whole number, at least 1.\n(3,32): 'train.epochs' is a list, but must be a whole number, at least 1.")]
    [InlineData("grid: {loss.epsilon: [1, 1e0, 1.0]}",
        "(3,26): the axis of 'loss.epsilon' has the value 1 twice; keep one.\n(3,31): the axis of 'loss.epsilon' has the value 1 twice; keep one.")]
    [InlineData("grid: {train.optimizer: [sgd, 'sgd']}", "(3,31): the axis of 'train.optimizer' has the value sgd twice; keep one.")]
    [InlineData("grid: {data.path: [a, b]}", "(3,8): 'data.path' says where something lies and not what it is, so it cannot be swept; put it under 'fixed'.")]
    [InlineData("fixed: {train.epochs: 3}\ngrid: {train.epochs: [4]}", "(4,8): 'train.epochs' is an axis here, but fixed in line 3; keep one.")]
    [InlineData("grid: [1, 2]", "(3,7): 'grid' is a list, but must be a mapping of parameters.")]
    // Ranges.
    [InlineData("grid: {loss.epsilon: {log: [1e-6, 1e-2]}}", "(3,22): the axis of 'loss.epsilon' has no 'count'; write {log: [a, b], count: n}.")]
    [InlineData("grid: {loss.epsilon: {linear: [1e-6, 1e-2]}}", "(3,22): the axis of 'loss.epsilon' has no 'count'; write {linear: [a, b], count: n}.")]
    [InlineData("grid: {train.epochs: {range: [1, 3]}}", "(3,22): the axis of 'train.epochs' has no 'step'; write {range: [a, b], step: s}.")]
    [InlineData("grid: {train.epochs: {range: [1, 3], count: 3}}",
        "(3,22): the axis of 'train.epochs' has no 'step'; write {range: [a, b], step: s}.\n(3,38): 'count' does not go with 'range', which takes 'step'.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: 3, step: 1}}", "(3,46): 'step' does not go with 'log', which takes 'count'.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: 1}}", "(3,43): 'count' is 1, but must be at least 2.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: 2.5}}", "(3,43): 'count' is 2.5, but must be a whole number.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: many}}", "(3,43): 'count' is 'many', but must be a whole number, at least 2.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: 1000001}}", "(3,22): the axes have more than 1000000 values together.")]
    [InlineData("grid: {loss.epsilon: {log: [0, 2], count: 3}}", "(3,29): 'loss.epsilon' is 0, but must be greater than 0.")]
    [InlineData("grid: {loss.variance_weight: {log: [0, 2], count: 3}}",
        "(3,37): an end of the range of 'loss.variance_weight' is 0, but the ends of 'log' must be greater than 0.")]
    [InlineData("grid: {train.shift: {log: [-1, -2], count: 3}}",
        "(3,28): an end of the range of 'train.shift' is -1, but the ends of 'log' must be greater than 0.\n(3,32): an end of the range of 'train.shift' is -2, but the ends of 'log' must be greater than 0.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 1], count: 3}}", "(3,28): the range of 'loss.epsilon' begins and ends at 1, but its ends must differ.")]
    [InlineData("grid: {loss.epsilon: {log: [1], count: 3}}", "(3,28): 'log' must be the two ends of the range, such as [1, 10].")]
    [InlineData("grid: {loss.epsilon: {log: 1, count: 3}}", "(3,28): 'log' must be the two ends of the range, such as [1, 10].")]
    [InlineData("grid: {loss.epsilon: {log: [1, x], count: 3}}", "(3,32): 'loss.epsilon' is 'x', but must be a number, greater than 0.")]
    [InlineData("grid: {augment.views: {range: [2, stream], step: 1}}", "(3,35): an end of the range of 'augment.views' is 'stream', but must be a number.")]
    [InlineData("grid: {train.epochs: {range: [0, 10], step: 5}}", "(3,31): 'train.epochs' is 0, but must be at least 1.")]
    [InlineData("grid: {train.epochs: {range: [2, 50], step: 15}}",
        "(3,22): the range of 'train.epochs' does not reach 50: steps of 15 from 2 lead to 47 and 62.")]
    [InlineData("grid: {loss.epsilon: {range: [0.1, 1], step: 0.2}}",
        "(3,22): the range of 'loss.epsilon' does not reach 1: steps of 0.2 from 0.1 lead to 0.9 and 1.1.")]
    [InlineData("grid: {train.epochs: {range: [5, 1], step: 1}}", "(3,22): the range of 'train.epochs' goes down from 5 to 1, but must go up.")]
    [InlineData("grid: {train.epochs: {range: [1, 5], step: 0}}", "(3,44): 'step' is 0, but must be greater than 0.")]
    [InlineData("grid: {train.epochs: {range: [1, 5], step: -1}}", "(3,44): 'step' is -1, but must be greater than 0.")]
    [InlineData("grid: {train.epochs: {range: [1, 5], step: 0.5}}", "(3,22): the range of 'train.epochs' has the value 1.5, but must have whole numbers only.")]
    [InlineData("grid: {train.shift: {range: [0, 1e300], step: 1e-300}}", "(3,21): the axes have more than 1000000 values together.")]
    [InlineData("grid: {train.epochs: {linear: [1, 4], count: 3}}", "(3,22): the range of 'train.epochs' has the value 2.5, but must have whole numbers only.")]
    [InlineData("grid: {train.epochs: {log: [1, 4], count: 8}}",
        "(3,22): the range of 'train.epochs' has only 4 different whole numbers where 'count' is 8; lower it.")]
    [InlineData("grid: {train.shift: {log: [1, 1.0000000000000002], count: 3}}",
        "(3,21): the range of 'train.shift' has only 2 different numbers where 'count' is 3; lower it.")]
    [InlineData("grid: {train.optimizer: {log: [1, 2], count: 3}}",
        "(3,25): the axis of 'train.optimizer' is a range, but its values are adam, sgd or lars; list them.")]
    [InlineData("grid: {loss.epsilon: {lgo: [1, 2], count: 3}}",
        "(3,22): the axis of 'loss.epsilon' has none of log, linear and range, but must be " + Forms + ".\n(3,23): unknown key 'lgo' in the axis of 'loss.epsilon'; did you mean 'log'?")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: 3, base: 2}}",
        "(3,46): unknown key 'base' in the axis of 'loss.epsilon'; an axis is " + Forms + ".")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], linear: [1, 2], count: 3}}",
        "(3,22): the axis of 'loss.epsilon' has log and linear, but must be " + Forms + ".")]
    // Seeds.
    [InlineData("seeds: 0", "(3,8): 'seeds' is 0, but must be a whole number of seeds, from 1 to 1000000, or a list of seeds.")]
    [InlineData("seeds: 1.5", "(3,8): 'seeds' is '1.5', but must be a whole number of seeds, from 1 to 1000000, or a list of seeds.")]
    [InlineData("seeds:", "(3,7): 'seeds' is nothing, but must be a whole number of seeds, from 1 to 1000000, or a list of seeds.")]
    [InlineData("seeds: {count: 3}", "(3,8): 'seeds' is a mapping, but must be a whole number of seeds, from 1 to 1000000, or a list of seeds.")]
    [InlineData("seeds: 10000000000", "(3,8): 'seeds' is 10000000000, but must be a whole number of seeds, from 1 to 1000000, or a list of seeds.")]
    [InlineData("seeds: []", "(3,8): 'seeds' is an empty list, but must have at least one seed.")]
    [InlineData("seeds: [1, -1, x, 1]",
        "(3,12): a seed is '-1', but must be a whole number from 0 to 9223372036854775807.\n(3,16): a seed is 'x', but must be a whole number from 0 to 9223372036854775807.\n(3,19): the seed 1 is given twice; keep one.")]
    [InlineData("seeds: [18446744073709551615]", "(3,9): a seed is '18446744073709551615', but must be a whole number from 0 to 9223372036854775807.")]
    [InlineData("fixed: {seed: 3}",
        "(3,9): unknown parameter 'seed'; 'seeds' is a key of the file itself, and stands at the beginning of a line, such as 'seeds: [0, 1, 2]'. 'seeds' gives every point those seeds.")]
    [InlineData("grid: {seeds: [1, 2]}",
        "(3,8): unknown parameter 'seeds'; 'seeds' is a key of the file itself, and stands at the beginning of a line, such as 'seeds: [0, 1, 2]'. 'seeds' gives every point those seeds.")]
    [InlineData("fixed: {retry: 2}", "(3,9): unknown parameter 'retry'; 'retry' is a key of the file itself, and stands at the beginning of a line.")]
    [InlineData("exclude: [seed == 3]", "(3,11): unknown name 'seed'; this is about points, and all points have the same seeds.")]
    [InlineData("exclude: [backbone.weights == 8a3e]", "(3,31): '8a3e' is not a number; if it is a text, write it in quotes.")]
    [InlineData("exclude: [backbone.weights == 12]",
        "(3,28): 'backbone.weights' and a number can never be equal; if the number is a text, write it in quotes.")]
    [InlineData("seeds: ['1']", "(3,9): a seed is '1', but must be a whole number from 0 to 9223372036854775807.")]
    [InlineData("question: [a]", "(3,11): 'question' is a list, but must be text.")]
    // YAML.
    [InlineData("fixed:\n  train.epochs: 1\n train.shift: 2", "(5,2): this is not valid YAML: while parsing a block mapping, did not find expected key.")]
    [InlineData("fixed:\n\ttrain.epochs: 3", "(4,1): this line is indented with a tab, but YAML is indented with spaces.")]
    [InlineData("fixed:\n  train.epochs: 3\n \ttrain.shift: 3", "(5,2): this line is indented with a tab, but YAML is indented with spaces.")]
    [InlineData("question: a: b", "(3,12): this is not valid YAML: while scanning a plain scalar value, found invalid mapping.")]
    [InlineData("question: 'abc", "(3,11): this is not valid YAML: while scanning a quoted scalar, found unexpected end of stream.")]
    [InlineData("seeds: [1, 2\nfixed: {}", "(3,10): this is not valid YAML from here on: is a closing ']' or '}' missing?")]
    [InlineData("fixed: &all {train.epochs: 1}\ngrid: *all",
        "(3,8): the anchor '&all' is not supported in sweep files; leave it out.\n(4,7): the alias '*all' refers to another place, which sweep files do not support; write the value out.")]
    [InlineData("fixed: {train.epochs: !!int 3}", "(3,23): the tag 'tag:yaml.org,2002:int' is not supported in sweep files; leave it out.")]
    [InlineData("? [a]\n: 1", "(3,3): a key is a list, but must be a name.")]
    [InlineData("---\nversion: 1", "(3,1): a second document begins here, but a sweep file is one document.")]
    [InlineData("question: [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "(3,27): this is nested more than 16 levels deep; a sweep file never needs that.")]
    [InlineData("question: \u0001", "(3,11): the character U+0001 cannot be part of a sweep file.")]
    [InlineData("fixed: {train.optimizer: \"a\\nb\\u001b[2J\"}", "(3,26): 'train.optimizer' is 'a\\nb\\u001b[2J', but must be adam, sgd or lars.")]
    public void What_is_wrong_is_said_with_its_place(string rest, string expected)
    {
        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Read(rest));

        Assert.Equal(expected, refusal.Message.Replace("demo.yaml", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "(1,1): 'version' is missing; begin the file with 'version: 1'.\n(1,1): 'name' is missing; it names the results and is made of lower-case letters, digits and hyphens.")]
    [InlineData("# nothing but a comment",
        "(1,1): 'version' is missing; begin the file with 'version: 1'.\n(1,1): 'name' is missing; it names the results and is made of lower-case letters, digits and hyphens.")]
    [InlineData("version: 1", "(1,1): 'name' is missing; it names the results and is made of lower-case letters, digits and hyphens.")]
    [InlineData("name: x", "(1,1): 'version' is missing; begin the file with 'version: 1'.")]
    [InlineData("version: 2\nname: x", "(1,10): 'version' is '2', but this program reads version 1.")]
    [InlineData("version: [1]\nname: x", "(1,10): 'version' is a list, but this program reads version 1.")]
    [InlineData("version: 1\nname: Loss weights",
        "(2,7): 'name' is 'Loss weights', but must be made of lower-case letters, digits and hyphens; 'L' is not one of them.")]
    [InlineData("version: 1\nname: ../../etc",
        "(2,7): 'name' is '../../etc', but must be made of lower-case letters, digits and hyphens; '.' is not one of them.")]
    [InlineData("version: 1\nname: \"a\\nb\"",
        "(2,7): 'name' is 'a\\nb', but must be made of lower-case letters, digits and hyphens; '\\n' is not one of them.")]
    [InlineData("version: 1\nname: größe", "(2,7): 'name' is 'größe', but must be made of lower-case letters, digits and hyphens; 'ö' is not one of them.")]
    [InlineData("version: 1\nname:", "(2,6): 'name' is empty, but must be made of lower-case letters, digits and hyphens.")]
    [InlineData("version: 1\nname: ''", "(2,7): 'name' is empty, but must be made of lower-case letters, digits and hyphens.")]
    [InlineData("version: 1\nname: [a]", "(2,7): 'name' is a list, but must be made of lower-case letters, digits and hyphens.")]
    [InlineData("version: 1\nname: 12345678901234567890123456789012345678901234567890123456789012345",
        "(2,7): 'name' has 65 characters, but must have at most 64.")]
    [InlineData("- version: 1", "(1,1): a sweep file is a mapping with keys such as 'version' and 'name', not a list.")]
    [InlineData("hello", "(1,1): a sweep file is a mapping with keys such as 'version' and 'name', not a single value.")]
    public void A_file_without_a_proper_head_is_refused(string text, string expected)
    {
        var refusal = Assert.Throws<SweepException>(() => SweepFileReader.Parse(text, "", TestCatalogue.Instance));

        Assert.Equal(expected, refusal.Message);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_in_the_order_of_the_file()
    {
        const string Text =
            """
            version: 1
            name: Demo
            seeds: -1
            fixed:
              train.epochs: 0
            grid:
                loss.varience_weight: [0, 1]
                loss.epsilon: {log: [1e-6, 1e-2]}
                train.epochs: [1]
            extra: 1
            """;

        var refusal = Assert.Throws<SweepException>(() => SweepFileReader.Parse(Text, "sweeps/x.yaml", TestCatalogue.Instance));

        Assert.Equal(
            [
                "sweeps/x.yaml(2,7): 'name' is 'Demo', but must be made of lower-case letters, digits and hyphens; 'D' is not one of them.",
                "sweeps/x.yaml(3,8): 'seeds' is -1, but must be a whole number of seeds, from 1 to 1000000, or a list of seeds.",
                "sweeps/x.yaml(5,17): 'train.epochs' is 0, but must be at least 1.",
                "sweeps/x.yaml(7,5): unknown parameter 'loss.varience_weight'; did you mean 'loss.variance_weight'?",
                "sweeps/x.yaml(8,19): the axis of 'loss.epsilon' has no 'count'; write {log: [a, b], count: n}.",
                "sweeps/x.yaml(9,5): 'train.epochs' is an axis here, but fixed in line 5; keep one.",
                "sweeps/x.yaml(10,1): unknown key 'extra'; the keys are version, name, question, base, seeds, fixed, grid, zip, exclude, search, blocks, sample, evaluate, stop, retry and run.",
            ],
            refusal.Message.Split('\n'));
    }

    [Theory]
    [InlineData(200, "102 more")]
    [InlineData(5000, "at least 900 more")]
    public void A_file_of_another_kind_does_not_fill_the_screen(int lines, string more)
    {
        var text = string.Concat(Enumerable.Range(0, lines).Select(i => $"k{i}: 1\n"));

        var refusal = Assert.Throws<SweepException>(() => SweepFileReader.Parse(text, "x.yaml", TestCatalogue.Instance));

        Assert.Equal(101, refusal.Message.Split('\n').Length);
        Assert.EndsWith($"\nx.yaml: and {more}.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_is_shortened_in_the_message()
    {
        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Read("fixed: {train.optimizer: " + new string('x', 100_000) + "}"));

        Assert.Equal($"demo.yaml(3,26): 'train.optimizer' is '{new string('x', 60)}…', but must be adam, sgd or lars.", refusal.Message);
    }
}

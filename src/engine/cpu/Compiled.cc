#include "engine/cpu/Compiled.hh"

#include "engine/cpu/Rewritten.hh"
#include "graph/Lower.hh"
#include "graph/Passes.hh"

namespace caloforge::engine::cpu {

CompiledNetwork compile_network(const network::WeightsFile& file, const std::string& role, Passes passes) {
    graph::Graph graph = graph::lower(file.network(role), file, role);
    graph = passes == Passes::all ? graph::fuse_products(graph::compose_gathers(graph::fuse_sums(
                                        graph::share_padding(graph::optimised(std::move(graph), sum_taps)))))
                                  : graph::drop_unused(std::move(graph));
    CompiledNetwork out;
    out.inputs = graph.inputs;
    for (const graph::Graph::Output& output : graph.outputs) {
        out.outputs.push_back(output.field);
        out.made_by.push_back(output.operation);
    }
    out.steps = compile(std::move(graph));
    return out;
}

std::vector<PlanEntry> plan_of(const std::vector<Step>& steps) {
    std::vector<PlanEntry> out;
    for (const Step& step : steps) {
        PlanEntry entry{step.cost.layer, step.cost.operation, step.cost.shape, step.cost.nominal_macs};
        if (const auto* dense = std::get_if<kernels::BlockedDense>(&step.work)) {
            entry.macs = static_cast<std::int64_t>(dense->inputs * dense->outputs);
            entry.bytes = dense->weights.size() * sizeof(float);
        }
        if (const auto* work = std::get_if<ConvolutionStep>(&step.work)) {
            entry.macs = work->convolution.macs();
            entry.bytes = work->convolution.bytes();
        }
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace caloforge::engine::cpu

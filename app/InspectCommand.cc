#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "Command.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Units.hh"
#include "data/ShowerFile.hh"
#include "engine/cpu/Engine.hh"
#include "geometry/Detector.hh"
#include "kernels/InstructionSet.hh"
#include "network/NetworkPlan.hh"
#include "network/WeightsFile.hh"
#include "study/MipCheck.hh"

namespace caloforge::app {
namespace {

namespace fs = std::filesystem;
using core::Json;

Json describe_network(const network::WeightsFile& file, const std::string& role) {
    const auto spec = file.network(role);
    const auto plan = network::plan_network(spec);
    Json layers = Json::array();
    for (const auto& step : plan.steps) {
        layers.push_back({{"layer", step.layer->name},
                          {"type", step.layer->type},
                          {"shape", step.plan.output},
                          {"macs", step.plan.macs}});
    }
    return {{"spec", spec.name},
            {"trainable_parameters", plan.trainable_parameters()},
            {"macs", plan.macs()},
            {"layers", layers}};
}

Json describe_weights(const fs::path& path) {
    const auto file = network::WeightsFile::read(path);
    Json out = {{"format", "caloforge " + file.document.value("kind", std::string("weights"))}};
    for (const auto& [key, value] : file.document.items()) {
        if (key != "networks" && key != "optimisers" && key != "kind" && key != "detector") out[key] = value;
    }
    out["detector"] = geometry::Detector::from_json(file.document.value("detector", Json())).name();
    for (const auto& [role, spec] : file.document.at("networks").items())
        out["networks"][role] = describe_network(file, role);
    out["tensors"] = file.tensors.size();
    return out;
}

// What the engine makes of a generator.
Json describe_plan(const fs::path& path) {
    core::check_plain_file(path);
    if (!network::looks_like_safetensors(path))
        throw core::InputError(
            fmt::format("{} is no weights file (--plan shows what the engine makes of one).", path.string()));
    using engine::cpu::Engine;
    const Engine engine(network::WeightsFile::read(path), "generator");
    Json out = {{"format", "caloforge engine plan"}, {"instruction_set", kernels::instruction_set()}};
    Json steps = Json::array();
    std::int64_t macs = 0, nominal = 0;
    std::size_t bytes = 0;
    for (const engine::cpu::PlanEntry& step : engine.plan()) {
        nominal += step.nominal_macs;
        macs += step.macs;
        bytes += step.bytes;
        steps.push_back({{"layer", step.layer},
                         {"operation", step.operation},
                         {"shape", step.shape},
                         {"nominal_macs", step.nominal_macs},
                         {"macs", step.macs},
                         {"bytes", step.bytes}});
    }
    out["nominal_macs"] = nominal;
    out["macs"] = macs;
    out["weight_bytes"] = bytes;
    out["bytes_per_thread"] = Engine::Workspace(engine).bytes();
    out["steps"] = steps;
    return out;
}

// A name of a shipped one, too.
bool is_detector(const fs::path& path) {
    const auto shipped = geometry::shipped_detectors();
    return path.extension() == ".toml" ||
           (!fs::exists(path) && std::ranges::count(shipped, path.string()) > 0);
}

// What a muon deposits, beside what the file says.
Json describe_mip(const fs::path& path, std::uint64_t seed) {
    if (!is_detector(path))
        throw core::InputError(fmt::format("{} is no detector (--mip is measured in one).", path.string()));
    const auto mip = study::check_mip(geometry::Detector::find(path.string()), seed);
    if (mip.differs())
        core::warning("mip_mev is {:.4g}, muons deposit {:.4g} most often. Write mip_mev = {:.3g}?",
                      mip.stated / units::MeV, mip.simulated / units::MeV, mip.simulated / units::MeV);
    Json out = {{"format", "caloforge mip"}};
    out.update(mip.json());
    return out;
}

Json describe_detector(const fs::path& path) {
    const auto detector = geometry::Detector::find(path.string());
    return {{"format", "caloforge detector"}, {"name", detector.name()},
            {"grid", detector.grid().json()}, {"slabs", detector.slabs().size()},
            {"depth_mm", detector.depth()},   {"mip_gev", detector.mip()}};
}

Json describe(const fs::path& path, const fs::path& binning_file) {
    if (is_detector(path)) return describe_detector(path);
    core::check_plain_file(path);
    if (fs::file_size(path) == 0)
        throw core::InputError(fmt::format("{} is empty. Was it written to the end?", path.string()));
    if (data::is_hdf5(path)) {
        data::ReadOptions read;
        read.binning_file = binning_file;
        return data::ShowerFile(path, read).describe();
    }
    if (network::looks_like_safetensors(path)) return describe_weights(path);
    throw core::InputError(
        fmt::format("{}: neither showers (HDF5), nor weights (safetensors), nor a detector (.toml). Is it "
                    "the right file?",
                    path.string()));
}

/// Indented text for people; lists of objects become one line per entry.
void print_text(const Json& json, int indent) {
    for (const auto& [key, value] : json.items()) {
        const std::string margin(static_cast<std::size_t>(indent), ' ');
        if (value.is_object()) {
            std::cout << margin << key << ":\n";
            print_text(value, indent + 2);
        } else if (value.is_array() && !value.empty() && value[0].is_object()) {
            std::cout << margin << key << ":\n";
            for (const auto& entry : value) std::cout << margin << "  " << core::to_text(entry) << "\n";
        } else {
            std::cout << margin << key << ": "
                      << (value.is_string() ? value.get<std::string>() : core::to_text(value)) << "\n";
        }
    }
}

/// The steps of a plan as a table.
void print_plan(Json plan) {
    const Json steps = plan["steps"];
    plan.erase("steps");
    print_text(plan, 0);
    std::cout << fmt::format("\n{:24} {:12} {:>18} {:>14} {:>14} {:>12}\n", "last layer", "operation",
                             "shape", "nominal MACs", "MACs", "weight bytes");
    for (const Json& step : steps) {
        std::string shape = core::to_text(step["shape"]);
        std::cout << fmt::format("{:24} {:12} {:>18} {:>14} {:>14} {:>12}\n",
                                 step["layer"].get<std::string>(), step["operation"].get<std::string>(),
                                 shape, core::to_text(step["nominal_macs"]), core::to_text(step["macs"]),
                                 core::to_text(step["bytes"]));
    }
}

}  // namespace

void add_inspect(CLI::App& app) {
    auto* command = app.add_subcommand("inspect",
                                       "Say what a file is: showers, weights, checkpoint, "
                                       "detector.\nExample: caloforge inspect models/clic-forge.safetensors");
    struct Options {
        std::string file;
        std::string binning_file;
        bool plan = false;
        bool mip = false;
        std::uint64_t seed = 1;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    command
        ->add_option("FILE", options->file, "Any file that Caloforge reads or writes, or a shipped detector")
        ->required();
    command->add_option("--binning-file", options->binning_file,
                        "Binning XML of a CaloChallenge file whose cells are not known without (data set 1)");
    auto* plan = command->add_flag("--plan", options->plan,
                                   "What the engine makes of a model: steps, multiply-adds, bytes");
    auto* mip =
        command->add_flag("--mip", options->mip,
                          "What a muon of 10 GeV deposits in a layer of a detector, to check its mip_mev");
    mip->excludes(plan);
    command->add_option("--seed", options->seed, "Of the muons (default 1)")->needs(mip);
    command->add_flag("--json", options->json, "Machine-readable result on stdout");
    command->callback([options] {
        const Json found = options->plan  ? describe_plan(options->file)
                           : options->mip ? describe_mip(options->file, options->seed)
                                          : describe(options->file, options->binning_file);
        if (options->json)
            print_json(found);
        else
            options->plan ? print_plan(found) : print_text(found, 0);
    });
}

}  // namespace caloforge::app

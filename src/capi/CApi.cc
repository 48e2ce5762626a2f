// caloforge.h on top of the engine. Nothing may leave here but a status: every function catches what it
// calls.
#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "caloforge.h"
#include "core/Error.hh"
#include "core/Version.hh"
#include "engine/cpu/Engine.hh"
#include "kernels/InstructionSet.hh"
#include "network/TrainedEnergies.hh"
#include "network/TrainedImpact.hh"

using caloforge::core::Json;
using caloforge::engine::cpu::Engine;

namespace {

const std::string& impact_name = caloforge::sample::impact_field.name;

// What these functions can hand over and take.
void check_ports(const Engine& engine) {
    std::size_t energies = 0;
    bool known = engine.outputs().size() == 1;
    for (const auto& field : engine.inputs()) {
        const bool impact = field.name == impact_name;
        energies += impact ? 0 : 1;
        known = known && field.elements() == (impact ? 2 : 1);
    }
    if (known && energies == 1) return;
    throw caloforge::core::InputError(
        "the model is made from more than one incident energy and an impact point, or makes more than "
        "showers. Is "
        "it of a later version?");
}

}  // namespace

struct caloforge_model {
    caloforge_model(const caloforge::network::WeightsFile& file, Engine compiled)
        : engine(std::move(compiled)), energies(file.document) {
        check_ports(engine);
        if (caloforge::network::takes_impact(file.network("generator"))) impact.emplace(file.document);
        const Json detector = file.document.value("detector", Json::object());
        description = Json({{"name", file.document.value("name", Json())},
                            {"detector", detector.value("name", Json())},
                            {"grid", detector.value("grid", Json())},
                            {"energy", {{"low", energies.low()}, {"high", energies.high()}}},
                            {"impact", impact_json()},
                            {"cells", cells()},
                            {"instruction_set", caloforge::kernels::instruction_set()},
                            {"bytes_per_workspace", Engine::Workspace(engine).bytes()}})
                          .dump(-1, ' ', true, Json::error_handler_t::replace);
    }

    Json impact_json() const {
        return impact ? Json{{"half_x", impact->half_x()}, {"half_y", impact->half_y()}} : Json();
    }
    std::size_t cells() const { return engine.outputs()[0].elements(); }

    Engine engine;
    caloforge::network::TrainedEnergies energies;
    std::optional<caloforge::network::TrainedImpact> impact;
    std::string description;
};

struct caloforge_workspace {
    explicit caloforge_workspace(const caloforge_model& from) : model(&from), memory(from.engine) {}
    const caloforge_model* model;
    Engine::Workspace memory;
};

namespace {

thread_local std::string message;

caloforge_status fail(caloforge_status status, const std::string& text) {
    message = text;
    return status;
}

// What `work` returns, its exceptions as statuses.
template <class Work>
caloforge_status guarded(Work&& work) noexcept {
    try {
        return work();
    } catch (const caloforge::core::Error& error) {
        const bool bad_input = error.code() == caloforge::core::ExitCode::bad_input;
        return fail(bad_input ? CALOFORGE_BAD_INPUT : CALOFORGE_FAILED, error.what());
    } catch (const Json::exception& error) {
        return fail(CALOFORGE_BAD_INPUT,
                    std::string("the model holds JSON of another form than expected: ") + error.what());
    } catch (const std::bad_alloc&) {
        return fail(CALOFORGE_FAILED, "out of memory");
    } catch (const std::exception& error) {
        return fail(CALOFORGE_FAILED, error.what());
    } catch (...) {
        return fail(CALOFORGE_FAILED, "unknown failure");
    }
}

template <class Read>
caloforge_status load(caloforge_model** model, Read&& read) {
    return guarded([&] {
        const caloforge::network::WeightsFile file = read();
        *model = new caloforge_model(file, Engine(file, "generator"));
        return CALOFORGE_DONE;
    });
}

}  // namespace

extern "C" {

const char* caloforge_message(void) {
    return message.c_str();
}

const char* caloforge_version(void) {
    return caloforge::core::version;
}

caloforge_status caloforge_load(const char* file, caloforge_model** model) {
    if (model) *model = nullptr;
    if (!file || !model) return fail(CALOFORGE_USAGE, "caloforge_load: an argument is null");
    return load(model, [&] { return caloforge::network::WeightsFile::read(file); });
}

caloforge_status caloforge_load_memory(const void* bytes, size_t size, caloforge_model** model) {
    if (model) *model = nullptr;
    if (!bytes || !model) return fail(CALOFORGE_USAGE, "caloforge_load_memory: an argument is null");
    return load(model, [&] {
        return caloforge::network::WeightsFile::parse(std::string(static_cast<const char*>(bytes), size),
                                                      "the model in memory");
    });
}

void caloforge_free(caloforge_model* model) {
    delete model;
}

size_t caloforge_cells(const caloforge_model* model) {
    return model ? model->cells() : 0;
}

const char* caloforge_describe(const caloforge_model* model) {
    return model ? model->description.c_str() : nullptr;
}

caloforge_status caloforge_workspace_new(const caloforge_model* model, caloforge_workspace** workspace) {
    if (workspace) *workspace = nullptr;
    if (!model || !workspace) return fail(CALOFORGE_USAGE, "caloforge_workspace_new: an argument is null");
    return guarded([&] {
        *workspace = new caloforge_workspace(*model);
        return CALOFORGE_DONE;
    });
}

void caloforge_workspace_free(caloforge_workspace* workspace) {
    delete workspace;
}

caloforge_status caloforge_generate(const caloforge_model* model, caloforge_workspace* workspace,
                                    uint64_t seed, uint64_t first, const float* energies, size_t count,
                                    float* showers, size_t capacity) {
    return caloforge_generate_at(model, workspace, seed, first, energies, nullptr, count, showers, capacity);
}

caloforge_status caloforge_generate_at(const caloforge_model* model, caloforge_workspace* workspace,
                                       uint64_t seed, uint64_t first, const float* energies,
                                       const float* impacts, size_t count, float* showers, size_t capacity) {
    return guarded([&] {
        if (!model || !workspace || (count > 0 && (!energies || !showers)))
            return fail(CALOFORGE_USAGE, "caloforge_generate: an argument is null");
        if (workspace->model != model)
            return fail(CALOFORGE_USAGE, "caloforge_generate: the workspace is another model's");
        const std::size_t cells = model->cells();
        if (count > capacity / cells) {
            return fail(CALOFORGE_USAGE,
                        fmt::format("caloforge_generate: {} showers of {} cells do not fit into {} floats",
                                    count, cells, capacity));
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (model->energies.hold(energies[i])) continue;
            return fail(CALOFORGE_BAD_INPUT,
                        fmt::format("energy {} is {} GeV (the model was trained on {:.4g} to {:.4g} GeV)", i,
                                    energies[i], model->energies.low(), model->energies.high()));
        }
        if (impacts && !model->impact)
            return fail(CALOFORGE_USAGE, "caloforge_generate_at: the model takes no impact point");
        for (std::size_t i = 0; impacts && i < count; ++i) {
            const auto& trained = *model->impact;
            if (trained.hold(impacts[2 * i], impacts[2 * i + 1])) continue;
            return fail(
                CALOFORGE_BAD_INPUT,
                fmt::format("impact point {} is {}, {} mm (the model was trained within {:.4g}, {:.4g} mm)",
                            i, impacts[2 * i], impacts[2 * i + 1], trained.half_x(), trained.half_y()));
        }
        std::vector<float> points(impacts, impacts + (impacts ? 2 * count : 0));
        for (std::size_t i = 0; model->impact && !impacts && i < count; ++i) {
            const auto point = model->impact->draw(seed, first + i);
            points.insert(points.end(), point.begin(), point.end());
        }
        caloforge::sample::ColumnsView inputs(count);
        for (const auto& field : model->engine.inputs())
            inputs.add(field.name, field.name == impact_name ? std::span<const float>(points)
                                                             : std::span(energies, count));
        const std::span<float> made(showers, count * cells);
        model->engine.run(caloforge::sample::consecutive(seed, first, count), inputs, workspace->memory,
                          {&made, 1});
        for (std::size_t c = 0; c < count * cells; ++c) {
            if (!std::isfinite(showers[c]))
                return fail(CALOFORGE_FAILED,
                            fmt::format("shower {} is not finite. Is the model damaged?", first + c / cells));
        }
        return CALOFORGE_DONE;
    });
}

}  // extern "C"

#pragma once

#include <H5public.h>
#include <hdf5.h>

#include <filesystem>
#include <string>
#include <vector>

namespace caloforge::test {

/// Makes HDF5 files by plain HDF5 calls, as other programs do: right ones and wrong ones.
class RawHdf5 {
  public:
    explicit RawHdf5(const std::filesystem::path& path)
        : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
    ~RawHdf5() { H5Fclose(file_); }
    RawHdf5(const RawHdf5&) = delete;
    RawHdf5& operator=(const RawHdf5&) = delete;

    /// A contiguous data set of `type`, filled from float32 values (or left unwritten when there are none);
    /// with `chunks`, a chunked one with shuffle and gzip.
    void add(const std::string& name, const std::vector<hsize_t>& shape, const std::vector<float>& values,
             hid_t type = H5T_IEEE_F32LE, const std::vector<hsize_t>& chunks = {}) {
        const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
        if (!chunks.empty()) {
            H5Pset_chunk(properties, static_cast<int>(chunks.size()), chunks.data());
            H5Pset_shuffle(properties);
            H5Pset_deflate(properties, 4);
        }
        const hid_t dataset =
            H5Dcreate2(file_, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
        if (!values.empty()) {
            H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        }
        H5Dclose(dataset);
        H5Pclose(properties);
        H5Sclose(space);
    }

    /// A data set of 8-character strings.
    void add_text(const std::string& name, hsize_t count) {
        const hid_t space = H5Screate_simple(1, &count, nullptr);
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, 8);
        H5Dclose(H5Dcreate2(file_, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        H5Tclose(type);
        H5Sclose(space);
    }

    /// An attribute of a data set: variable-length text, as h5py writes it.
    void add_attribute(const std::string& dataset_name, const char* name, const std::string& text) {
        const hid_t dataset = H5Dopen2(file_, dataset_name.c_str(), H5P_DEFAULT);
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        const hid_t space = H5Screate(H5S_SCALAR);
        const hid_t attribute = H5Acreate2(dataset, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        const char* pointer = text.c_str();
        H5Awrite(attribute, type, &pointer);
        H5Aclose(attribute);
        H5Sclose(space);
        H5Tclose(type);
        H5Dclose(dataset);
    }

  private:
    hid_t file_;
};

/// What HDF5 itself reads from a data set, whole: a check on what we write that shares no code with it.
inline std::vector<float> read_by_hdf5(const std::filesystem::path& path, const std::string& name) {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
    const hid_t space = H5Dget_space(dataset);
    std::vector<float> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    if (H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) values.clear();
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
    return values;
}

}  // namespace caloforge::test

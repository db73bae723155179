#ifndef CLINUXDEVICE_SHIM_H
#define CLINUXDEVICE_SHIM_H
#include <libudev.h>
#endif
